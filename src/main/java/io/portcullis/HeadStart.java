package io.portcullis;

import io.portcullis.net.Loops;
import io.portcullis.telemetry.Diagnostics;
import io.portcullis.tls.ServerTls;

/**
 * What a start needs and nothing decides: begun at once, beside the reading of the configuration. Who needs a piece first waits for it;
 * one that fails, fails there.
 */
final class HeadStart {
    private HeadStart() {}

    static void begin() {
        Diagnostics.begin();
        Thread.ofPlatform().daemon().name("head-start-loops").start(Loops::prepare);
        ServerTls.preparations()
                .forEach(step ->
                        Thread.ofPlatform().daemon().name("head-start-tls").start(step));
    }
}
