package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BalanceConfig;
import io.portcullis.config.BalanceConfig.HashBy;
import io.portcullis.config.BalanceConfig.Policy;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestKeyTest {
    private static long key(HashBy by, String name, String client, String path, String... fields) {
        Fields all = Fields.create();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        RequestHead head = new RequestHead(
                "GET",
                new RequestTarget(path, "q=1", null),
                Authority.NONE,
                all,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
        return RequestKey.of(new BalanceConfig(Policy.HASH, by, name, 125, 20), head, client);
    }

    @Test
    void theKeyIsWhatItIsMadeOfAndNothingElse() {
        assertThat(key(HashBy.CLIENT_ADDRESS, "", "10.0.0.1", "/a"))
                .isEqualTo(key(HashBy.CLIENT_ADDRESS, "", "10.0.0.1", "/b", "x-user", "u"))
                .isNotEqualTo(key(HashBy.CLIENT_ADDRESS, "", "10.0.0.2", "/a"));
        assertThat(key(HashBy.PATH, "", "10.0.0.1", "/a"))
                .isEqualTo(key(HashBy.PATH, "", "10.0.0.2", "/a"))
                .isNotEqualTo(key(HashBy.PATH, "", "10.0.0.1", "/b"));
        assertThat(key(HashBy.HEADER, "x-user", "", "/", "X-User", "u"))
                .isEqualTo(key(HashBy.HEADER, "x-user", "", "/b", "x-user", "u"))
                .isNotEqualTo(key(HashBy.HEADER, "x-user", "", "/", "X-User", "v"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"id=7", "a=1; id=7", "a=1;id=7 ;b=2", "xid=8; id=7; id=9", "id2=8; id=7"})
    void aCookieIsFoundAmongOthers(String line) {
        assertThat(key(HashBy.COOKIE, "id", "", "/", "cookie", line)).isEqualTo(RequestKey.hash("7"));
        assertThat(key(HashBy.COOKIE, "id", "", "/", "cookie", "a=b", "cookie", line))
                .isEqualTo(RequestKey.hash("7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"id", "ID=7", "xid=7", "a=id=7", "id=", ";;"})
    void aRequestWithoutItHasNoKey(String line) {
        assertThat(key(HashBy.COOKIE, "id", "", "/", "cookie", line)).isEqualTo(Balancer.NO_KEY);
        assertThat(key(HashBy.HEADER, "x-user", "", "/")).isEqualTo(Balancer.NO_KEY);
    }
}
