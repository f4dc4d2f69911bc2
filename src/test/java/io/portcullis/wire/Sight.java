package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Origin;
import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What an origin had seen at one moment, to tell what came after it.
 *
 * @param heads request heads that had arrived
 * @param requests whole requests that had
 * @param received for each connection, how much had been read from it
 */
record Sight(Origin origin, int heads, int requests, List<Integer> received) {
    static final String SENTINEL = "/sentinel";

    static Sight of(Origin origin) {
        List<Integer> received = origin.connections().stream()
                .map(connection -> connection.received().length())
                .toList();
        return new Sight(origin, origin.awaitHeads(0).size(), origin.requestCount(), received);
    }

    int connections() {
        return received.size();
    }

    /** Every whole request since; waits for {@code count} of them. */
    List<RawRequest> requestsSince(int count) {
        return List.copyOf(origin.awaitRequests(requests + count).subList(requests, origin.requestCount()));
    }

    /** Bytes since, one text for each connection that had any. */
    List<String> receivedSince() {
        List<String> texts = new ArrayList<>();
        for (OriginConnection connection : origin.connections()) {
            String text = textSince(connection);
            if (!text.isEmpty()) {
                texts.add(text);
            }
        }
        return texts;
    }

    private String textSince(OriginConnection connection) {
        int from = connection.index() < received.size() ? received.get(connection.index()) : 0;
        return connection.received().substring(from);
    }

    /** Not one byte of anything else came: neither a head nor a part of one. */
    void isFollowedBySentinelOnly() {
        List<RawHead> since = origin.awaitHeads(heads + 1);
        RawHead sentinel = since.get(heads);
        assertThat(since).hasSize(heads + 1);
        assertThat(sentinel.startLine()).isEqualTo("GET " + SENTINEL + " HTTP/1.1");
        assertThat(receivedSince()).containsExactly(sentinel.raw());
    }

    /** The sentinel's was the only whole request, and a connection that carried the beginning of another has ended. */
    void isFollowedByNoWholeVictim() {
        assertThat(requestsSince(1)).extracting(RawRequest::target).containsExactly(SENTINEL);
        for (OriginConnection connection : origin.connections()) {
            String text = textSince(connection);
            assertThat(text).doesNotContain("/smuggled");
            if (text.contains("/victim")) {
                connection.awaitEnd();
            }
        }
    }
}
