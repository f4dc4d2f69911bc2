package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");

    @Test
    void theTotalIsHeldAndAPlaceComesBack() {
        ConnectionGate gate = new ConnectionGate(2, 10);
        assertThat(gate.enter(ONE)).isNull();
        assertThat(gate.enter(null)).isNull();
        assertThat(gate.enter(TWO)).isEqualTo("connection_limit");
        assertThat(gate.open()).isEqualTo(2);
        gate.leave(ONE);
        assertThat(gate.enter(TWO)).isNull();
    }

    @Test
    void oneAddressIsHeldAndOthersAreNot() {
        ConnectionGate gate = new ConnectionGate(10, 1);
        assertThat(gate.enter(ONE)).isNull();
        assertThat(gate.enter(ONE)).isEqualTo("address_limit");
        assertThat(gate.enter(TWO)).isNull();
        assertThat(gate.enter(null)).isNull();
        assertThat(gate.enter(null)).isNull();
        assertThat(gate.open()).isEqualTo(4);
    }

    @Test
    void whoIsRefusedLeavesNothingBehind() {
        ConnectionGate gate = new ConnectionGate(10, 1);
        gate.enter(ONE);
        for (int i = 0; i < 100; i++) {
            gate.enter(ONE);
        }
        gate.leave(ONE);
        assertThat(gate.open()).isZero();
        assertThat(gate.addresses()).isZero();
    }

    @Test
    void newLimitsHoldFromThenOn() {
        ConnectionGate gate = new ConnectionGate(10, 10);
        gate.enter(ONE);
        gate.enter(ONE);
        gate.limits(2, 1);
        assertThat(gate.enter(TWO)).isEqualTo("connection_limit");
        gate.leave(ONE);
        assertThat(gate.enter(ONE)).isEqualTo("address_limit");
        assertThat(gate.enter(TWO)).isNull();
    }

    @Test
    void manyThreadsNeverExceedTheLimitAndEndAtZero() throws InterruptedException {
        ConnectionGate gate = new ConnectionGate(8, 5);
        List<Thread> threads = new ArrayList<>();
        List<String> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 16; i++) {
            InetAddress address = i % 2 == 0 ? ONE : TWO;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 2000; n++) {
                    if (gate.enter(address) == null) {
                        gate.leave(address);
                    }
                    if (gate.open() < 0) {
                        wrong.add("open " + gate.open());
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(gate.open()).isZero();
        assertThat(gate.addresses()).isZero();
    }
}
