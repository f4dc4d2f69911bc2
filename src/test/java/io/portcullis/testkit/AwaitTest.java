package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    @Test
    void aConditionIsAskedUntilItHolds() {
        AtomicInteger asked = new AtomicInteger();
        Await.until(() -> asked.incrementAndGet() == 3, "three");
        assertThat(asked).hasValue(3);
        assertThat(Await.<String>value(() -> asked.incrementAndGet() < 6 ? null : "six", "six"))
                .isEqualTo("six");
    }

    @Test
    void oneThatNeverHoldsFailsByName() {
        assertThatThrownBy(() -> Await.until(() -> false, () -> "the impossible", Duration.ofMillis(5)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("not within PT0.005S: the impossible");
    }

    @Test
    void aClaimThatBreaksFailsByName() {
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(() -> Await.throughout(Duration.ofSeconds(5), () -> asked.incrementAndGet() < 3, "the calm"))
                .hasMessageContaining("the calm");
    }
}
