package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.portcullis.config.RuntimeConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeakDetectionTest {
    private static final String PROPERTY = "io.netty.leakDetection.level";

    private final Level before = ResourceLeakDetector.getLevel();
    private final @Nullable String asked = System.getProperty(PROPERTY);

    @BeforeEach
    void asNettyHasIt() {
        ResourceLeakDetector.setLevel(Level.SIMPLE);
    }

    @AfterEach
    void asItWas() {
        ask(asked);
        ResourceLeakDetector.setLevel(before);
    }

    @Test
    void isOffWhereNobodyAsksForIt() {
        ask(null);
        startLoops();

        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(Level.DISABLED);
    }

    @Test
    void isLeftAsItIsWhereTheCommandLineAsksForIt() {
        ask("simple");
        startLoops();

        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(Level.SIMPLE);
    }

    private static void startLoops() {
        Loops.start(new RuntimeConfig(RuntimeConfig.Transport.NIO, 1)).close();
    }

    private static void ask(@Nullable String level) {
        if (level == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, level);
        }
    }
}
