package io.portcullis.testkit;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Installs the {@link LeakRecorder} before the first test loads a Netty class, and fails the run if anything leaked by its end. */
public final class LeakGateAtEnd implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        LeakRecorder.install();
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        LeakRecorder.installed().check("the whole run, in a test without LeakGate");
    }
}
