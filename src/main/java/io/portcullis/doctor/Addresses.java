package io.portcullis.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The addresses of a name, by the system's resolver. */
public final class Addresses {
    private Addresses() {}

    /** All of them; none where there are none, or none came in time. Blocks. */
    public static List<InetAddress> of(String name, Duration patience) {
        CompletableFuture<List<InetAddress>> all = new CompletableFuture<>();
        // The resolver has time limits of its own, that are longer and cannot be set.
        Thread.ofVirtual().start(() -> all.complete(asked(name)));
        try {
            return all.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static List<InetAddress> asked(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
