package io.portcullis.testkit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that leaked a Netty resource, naming the class; {@link LeakGateAtEnd} catches what classes without it leak. */
public final class LeakGate implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        LeakRecorder.installed().check(context.getDisplayName());
    }
}
