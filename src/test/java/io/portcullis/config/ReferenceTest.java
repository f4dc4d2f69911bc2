package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** reference.conf is the manual: it lists what is read, and nothing else. */
class ReferenceTest {
    private static final String EVERYTHING =
            """
            tracing { endpoint = "http://c.example/v1/traces" }
            metrics.otlp { url = "http://c.example/v1/metrics" }
            listeners { a { bind = "*:443", tls = t }, b { bind = "*:80", redirect-to-https {}, proxy-protocol { from = "10.0.0.1" } } }
            tls.t { policy { custom {} }, certificates = [ { chain = c.pem, key = c.key } ], hsts {} }
            tls.u { certificates = [ { chain = c.pem, key = c.key } ] }
            tls.v { certificates-dir = ., hosts = [ { names = a.example, client-certificates { ca = c.pem } }, { names = b.example } ] }
            upstreams.app { endpoints = ["10.0.0.5:80", { address = "10.0.0.6:80" }], check {}, sticky {}, tls {}, adaptive-limit {} }
            upstreams.hedged { endpoints = ["10.0.0.7:80", "10.0.0.8:80"], hedge {} }
            routes = [ { upstream = app }, { path = /a, redirect { to = / } }, { path = /b, respond {}, error-pages = [ { status = 5xx, file = x.conf } ] },
              { path = /c, split = [ { upstream = app } ], mirror { upstream = app } } ]
            """;

    @TempDir
    Path temp;

    @Test
    void keysReadAreTheKeysListed() {
        // What signs may stand beside nothing else; it is read all the same.
        new ConfigFolder(temp).file("x.conf", EVERYTHING + "listeners.signs { bind = \"127.0.0.1:1\", signing {} }\n");
        assertThat(ConfigLoader.keysRead(temp.resolve("x.conf"))).isEqualTo(listed());
    }

    @Test
    void everyKeyListedHasACommentAboveItOrItsNeighbour() {
        assertThat(listed()).hasSizeGreaterThan(60).allSatisfy(key -> assertThat(commented(key))
                .isTrue());
    }

    @Test
    void intermediateIsWhatCustomBeginsWith() {
        PortcullisConfig config = new ConfigFolder(temp).certificate("c").config(EVERYTHING);
        TlsConfig.Policy custom = Objects.requireNonNull(config.tls().get("t")).policy();
        TlsConfig.Policy intermediate =
                Objects.requireNonNull(config.tls().get("u")).policy();
        assertThat(custom).usingRecursiveComparison().ignoringFields("name").isEqualTo(intermediate);
    }

    private static Set<String> listed() {
        Set<String> keys = new TreeSet<>();
        leaves("", ConfigLoader.reference().object(), keys);
        return keys;
    }

    private static void leaves(String path, ConfigObject object, Set<String> keys) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (entry.getValue() instanceof ConfigObject inner && !inner.isEmpty()) {
                leaves(key, inner, keys);
            } else {
                keys.add(key);
            }
        }
    }

    /** A comment of its own, or one for the group: its parent has one. */
    private static boolean commented(String key) {
        ConfigValue value = ConfigLoader.reference().object().toConfig().root();
        boolean found = false;
        for (String part : key.split("\\.", -1)) {
            value = Objects.requireNonNull(((ConfigObject) value).get(part));
            found = !value.origin().comments().isEmpty();
        }
        return found || key.endsWith(".max") || key.endsWith(".content-type");
    }
}
