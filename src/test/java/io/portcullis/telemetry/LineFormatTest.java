package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LineFormatTest {

    @Test
    void jsonHasEveryField() {
        assertThat(Records.line(new JsonLines(false), Records.full()))
                .isEqualTo(
                        """
                {"time":"2026-01-02T03:04:05.678Z","id":"0af7651916cd43dd","listener":"https","client":"192.0.2.7",\
                "client_port":50123,"tls":"TLSv1.3","cipher":"TLS_AES_128_GCM_SHA256","group":"X25519MLKEM768",\
                "sni":"example.com","resumed":true,"protocol":"HTTP/1.1","method":"POST","scheme":"https",\
                "host":"example.com","target":"/a?b=c","user_agent":"curl/8.1","referer":"https://example.com/",\
                "bytes_in":12,"status":200,"bytes_out":3456,"duration_ms":12.345,"route":"app","upstream":"backend",\
                "endpoint":"10.0.0.5:8080","connect_ms":1.500,"first_byte_ms":9.000,"tries":2,\
                "outcome":"response_incomplete","ended_by":"upstream","detail":"10.0.0.5:8080 closed after 3456 bytes"}
                """);
    }

    @Test
    void jsonLeavesOutWhatIsNotKnown() {
        assertThat(Records.line(new JsonLines(false), Records.unread()))
                .isEqualTo(
                        """
                {"time":"2026-01-02T03:04:05.678Z","id":"1","listener":"http","client":"2001:db8::1",\
                "client_port":40000,"protocol":"HTTP/1.1","method":"","scheme":"http","target":"","bytes_in":0,\
                "status":0,"bytes_out":0,"duration_ms":0.000,"tries":0,"outcome":"client_gone","ended_by":"client"}
                """);
    }

    @Test
    void theDocumentListsTheFieldsInTheirOrder() throws IOException {
        List<String> written = Pattern.compile("[{,]\"([a-z_]+)\":")
                .matcher(Records.line(new JsonLines(false), Records.full()))
                .results()
                .map(match -> match.group(1))
                .toList();
        List<String> documented = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
                .matcher(Files.readString(Path.of("docs/access-log.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(documented).isNotEmpty().isEqualTo(written);
    }

    @Test
    void combinedIsApaches() {
        assertThat(Records.line(new CombinedLines(), Records.full()))
                .isEqualTo(
                        """
                192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "POST /a?b=c HTTP/1.1" 200 3456 \
                "https://example.com/" "curl/8.1"
                """);
    }

    @Test
    void combinedKeepsItsColumnsWithoutARequest() {
        assertThat(Records.line(new CombinedLines(), Records.unread()))
                .isEqualTo("2001:db8::1 - - [02/Jan/2026:03:04:05 +0000] \"-\" 000 0 \"-\" \"-\"\n");
    }

    @Test
    void l07NoValueBeginsALineOrEndsAQuote() {
        AccessRecord record = Records.of("/\n127.0.0.1 - - \"GET", "x\" 200 \r\n\u001b[2J\\");
        assertThat(Records.line(new CombinedLines(), record))
                .isEqualTo("2001:db8::1 - - [02/Jan/2026:03:04:05 +0000]"
                        + " \"GET /\\x0a127.0.0.1 - - \\\"GET HTTP/2\" 204 0"
                        + " \"x\\\" 200 \\x0d\\x0a\\x1b[2J\\\\\" \"x\\\" 200 \\x0d\\x0a\\x1b[2J\\\\\"\n");
        assertThat(Records.line(new JsonLines(false), record))
                .contains("\"target\":\"/\\n127.0.0.1 - - \\\"GET\"")
                .contains("\"user_agent\":\"x\\\" 200 \\r\\n\\u001b[2J\\\\\"")
                .endsWith("}\n");
    }

    @Test
    void timesGoBackAndForth() {
        Timestamp time = new Timestamp("uuuu-MM-dd'T'HH:mm:ss");
        assertThat(time.second(Records.TIME)).asString().isEqualTo("2026-01-02T03:04:05");
        assertThat(time.second(Records.TIME + 1000)).asString().isEqualTo("2026-01-02T03:04:06");
        assertThat(time.second(Records.TIME)).asString().isEqualTo("2026-01-02T03:04:05");
        assertThat(time.second(-1)).asString().isEqualTo("1969-12-31T23:59:59");
    }
}
