package io.portcullis;

import io.portcullis.config.BindAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Portcullis that runs on this machine, asked over its admin listener. Blocks. */
final class RunningProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What it answered. */
    record Answer(int status, String text) {}

    private final String address;

    private RunningProcess(String address) {
        this.address = address;
    }

    /** Where a process with this {@code admin.bind} listens; null where it is off or no port: a socket file, or any free port. */
    static @Nullable RunningProcess at(@Nullable BindAddress admin) {
        if (admin == null || admin.unixPath() != null || admin.port() == 0) {
            return null;
        }
        String host = admin.host() == null ? "127.0.0.1" : admin.host();
        return new RunningProcess((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + admin.port());
    }

    String address() {
        return address;
    }

    /** Why {@code process} gives no good answer, in words; null where {@link #at} gave none. */
    static String whyNone(@Nullable RunningProcess process, @Nullable Answer answer) {
        return process == null ? "admin.bind is no address that could be asked" : process.silence(answer);
    }

    /** Why there is no good answer. */
    String silence(@Nullable Answer answer) {
        return answer == null
                ? "no process answers at " + address
                : "the process at " + address + " answers " + answer.status() + ": is it another, or an older one?";
    }

    /** Null where nobody answers. */
    @Nullable
    Answer get(String path) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                    .timeout(PATIENCE.multipliedBy(5))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
