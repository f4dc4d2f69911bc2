package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.jupiter.api.Test;

class LeakRecorderTest {
    private final LeakRecorder recorder = new LeakRecorder();
    private final ResourceLeakDetector<Object> detector = recorder.newResourceLeakDetector(Object.class, 1);

    @Test
    void aDroppedResourceIsNamed() {
        detector.track(new Object()).record("last seen here");
        assertThatThrownBy(() -> recorder.check("this test"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 leaked resource(s) during this test")
                .hasMessageContaining("last seen here");
        assertThat(recorder.take()).isEmpty();
    }

    @Test
    void aClosedResourceIsNot() {
        Object resource = new Object();
        detector.track(resource).close(resource);
        recorder.check("this test");
    }

    @Test
    void nettyAsksTheRecorderOfThisRun() {
        assertThat(ResourceLeakDetectorFactory.instance()).isSameAs(LeakRecorder.installed());
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(AbstractByteBuf.class).isNotNull();
    }
}
