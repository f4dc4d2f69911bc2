package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import java.io.IOException;

/** One who behaves beside those who do not: a stream in the middle of its body, and requests before and after the other's attack. */
record Http2Neighbour(Http2Stage stage, RawHttp2 client, int open) {
    static Http2Neighbour of(Http2Stage stage) throws IOException {
        stage.origin().answer(Script.echo());
        RawHttp2 client = stage.client();
        int open = client.open(false, RawBlock.request("POST", "/neighbour"));
        client.data(open, false, "half ");
        assertThat(client.answer(client.get("/before")).status()).isEqualTo(200);
        return new Http2Neighbour(stage, client, open);
    }

    void noticedNothing() throws IOException {
        try (client) {
            assertThat(client.answer(client.get("/after")).status()).isEqualTo(200);
            client.data(open, true, "and whole");
            assertThat(client.answer(open).body()).isEqualTo("half and whole");
            assertThat(client.seen()).extracting(RawFrame::type).doesNotContain(RawFrame.GOAWAY);
        }
    }
}
