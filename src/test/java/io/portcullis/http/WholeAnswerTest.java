package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.RuntimeConfig;
import io.portcullis.net.Loops;
import io.portcullis.testkit.Complaints;
import io.portcullis.testkit.FailingExchange;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that are made on another thread. */
class WholeAnswerTest {
    private final Loops loops = Loops.start(new RuntimeConfig(RuntimeConfig.Transport.NIO, 1));
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final FailingExchange exchange = new FailingExchange(
            loops.all().getFirst(),
            new RequestHead(
                    "GET",
                    new RequestTarget("/", null, null),
                    Authority.NONE,
                    Fields.create(),
                    Protocol.HTTP_1_1,
                    ConnectionOptions.NONE,
                    0));

    @AfterEach
    void end() {
        worker.close();
        loops.close();
    }

    @Test
    void oneThatCannotBeMadeIs500AndTheLogHasItsId() throws Exception {
        try (Complaints complaints = Complaints.of(WholeAnswer.class)) {
            WholeAnswer.later(exchange, worker, () -> {
                throw new IllegalStateException("a fault of ours");
            });
            FailingExchange.Answer answer = exchange.answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.id()).isEqualTo("c-1");
            assertThat(answer.body()).contains("internal error", "id c-1").doesNotContain("a fault of ours");
            assertThat(complaints.errors())
                    .containsExactly("internal error where an answer was made, id c-1: a fault of ours");
        }
    }

    @Test
    void oneThatIsMadeIsSentAsItIs() throws Exception {
        try (Complaints complaints = Complaints.of(WholeAnswer.class)) {
            WholeAnswer.later(exchange, worker, () -> WholeAnswer.of(200, "text/plain", "well"));
            assertThat(exchange.answer()).isEqualTo(new FailingExchange.Answer(200, null, "well"));
            assertThat(complaints.errors()).isEmpty();
        }
    }
}
