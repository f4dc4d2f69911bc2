package io.portcullis.testkit;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the run when anything leaked that no {@link LeakGate} named. It hangs in the root store, which closes after the last
 * class: what is thrown there is an ordinary failure in Surefire's summary, where {@link LeakGateAtEnd} would end the fork.
 */
public final class LeakGateOfRun implements BeforeAllCallback {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(LeakGateOfRun.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(SPACE).getOrComputeIfAbsent(AtClose.class);
    }

    static final class AtClose implements AutoCloseable {
        @Override
        public void close() {
            LeakRecorder.installed().check("the whole run, in a test without LeakGate");
        }
    }
}
