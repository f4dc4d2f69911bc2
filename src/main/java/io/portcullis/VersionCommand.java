package io.portcullis;

import io.netty.util.Version;
import io.portcullis.config.Release;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code portcullis version}. */
@Command(name = "version", description = "Prints the versions of Portcullis, Java and Netty.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    /** Our version; {@code development} where it runs from classes and not from a jar. */
    static String own() {
        return Release.name();
    }

    @Override
    public String[] getVersion() {
        var netty = Version.identify().get("netty-common");
        return new String[] {
            "Portcullis " + own(),
            "Java " + Runtime.version(),
            "Netty " + (netty == null ? "unknown" : netty.artifactVersion())
        };
    }

    @Override
    public Integer call() {
        for (String line : getVersion()) {
            System.out.println(line);
        }
        return Main.OK;
    }
}
