package io.portcullis;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the process does on signals: SIGHUP reloads and reopens logs, SIGTERM and SIGINT end it, a second one at once.
 *
 * <p>The JDK hears SIGHUP, and can end with status 0 after SIGTERM, by {@code sun.misc.Signal} alone. It is called by reflection,
 * because the compiler's warning about it cannot be switched off and warnings are errors here.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final int KILLED = 130;

    private final CountDownLatch end = new CountDownLatch(1);

    private Signals() {}

    static Signals install(Portcullis running) {
        Signals signals = new Signals();
        on("HUP", () -> {
            running.reopenLogs();
            running.reload();
        });
        on("TERM", signals::end);
        on("INT", signals::end);
        return signals;
    }

    /** Waits for the first signal to end. */
    void awaitEnd() throws InterruptedException {
        end.await();
    }

    private void end() {
        if (end.getCount() == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
        end.countDown();
    }

    private static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calls = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return method.getReturnType() == boolean.class ? Boolean.FALSE : null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), calls);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            Throwable why = e instanceof InvocationTargetException wrapped ? wrapped.getCause() : e;
            LOG.warn("SIG{} keeps its usual effect: {}", name, String.valueOf(why));
        }
    }
}
