package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.RetryConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = 1;
    private final RetryBudget budget = new RetryBudget(
            new RetryConfig(2, true, true, false, List.of(), 20, 10, null), new Chance(() -> now, bound -> 0));

    private void request(int times) {
        for (int i = 0; i < times; i++) {
            budget.requested();
        }
    }

    private int spendAll() {
        int spent = 0;
        while (budget.spend()) {
            spent++;
        }
        return spent;
    }

    @Test
    void aFewAreAlwaysAllowedEachSecond() {
        assertThat(spendAll()).isEqualTo(10);
        now += SECOND / 2;
        assertThat(spendAll()).isZero();
        now += SECOND / 2;
        assertThat(spendAll()).isEqualTo(10);
    }

    @Test
    void aFifthOfTheRequestsIsAllowedBeside() {
        request(1000);
        assertThat(spendAll()).isEqualTo(210);
    }

    @Test
    void theSecondBeforeCountsSoThatABeginningSecondIsNotPoor() {
        request(1000);
        now += SECOND;
        assertThat(spendAll()).isEqualTo(210);
        now += SECOND;
        assertThat(spendAll()).as("no request since").isEqualTo(10);
    }

    @Test
    void afterAQuietTimeTheRateIsTheMeanOfIt() {
        request(1000);
        now += 10 * SECOND;
        assertThat(spendAll()).isEqualTo(10 + 20);
    }
}
