package io.portcullis.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.RouteConfig.Share;
import io.portcullis.config.RouteConfig.Split;
import io.portcullis.config.RouteConfig.SplitBy;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares are what the weights say, and who has a place keeps it. */
class SplitChoiceTest {
    private static final int CLIENTS = 100_000;

    private static SplitChoice choice(SplitBy by, String name, int... weights) {
        List<Share> shares = java.util.stream.IntStream.of(weights)
                .mapToObj(weight -> new Share("u", weight))
                .toList();
        return new SplitChoice(new Split(shares, by, name));
    }

    private static RequestHead head(String... fields) {
        Fields all = Fields.create();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        return new RequestHead(
                "GET",
                new RequestTarget("/", null, null),
                Authority.NONE,
                all,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
    }

    private static String client(int i) {
        return "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
    }

    @Test
    void clientsAreSharedOutByWeight() {
        SplitChoice choice = choice(SplitBy.CLIENT_ADDRESS, "", 90, 7, 3);
        int[] places = new int[3];
        RequestHead head = head();
        for (int i = 0; i < CLIENTS; i++) {
            places[choice.place(choice.lot(head, client(i)))]++;
        }
        assertThat(places[0]).isBetween(89_500, 90_500);
        assertThat(places[1]).isBetween(6_700, 7_300);
        assertThat(places[2]).isBetween(2_800, 3_200);
    }

    @Test
    void whoIsAtTheCanaryStaysThereWhileItGrows() {
        SplitChoice before = choice(SplitBy.HEADER, "x-user", 95, 5);
        SplitChoice after = choice(SplitBy.HEADER, "x-user", 80, 20);
        int moved = 0;
        for (int i = 0; i < CLIENTS; i++) {
            RequestHead head = head("X-User", "user" + i);
            int was = before.place(before.lot(head, ""));
            int is = after.place(after.lot(head, ""));
            assertThat(is).isGreaterThanOrEqualTo(was);
            moved += is - was;
        }
        assertThat(moved).isBetween(14_500, 15_500);
    }

    @Test
    void aWeightOfZeroIsNoShare() {
        SplitChoice choice = choice(SplitBy.COOKIE, "g", 0, 1, 0);
        for (int lot = 0; lot < 10_000; lot++) {
            assertThat(choice.place(lot)).isEqualTo(1);
        }
    }

    @Test
    void aCookieIsTheLot() {
        SplitChoice choice = choice(SplitBy.COOKIE, "g", 1, 1);
        assertThat(choice.lot(head("Cookie", "a=b; g=4999"), "")).isEqualTo(4999);
        assertThat(choice.place(4999)).isZero();
        assertThat(choice.place(5000)).isEqualTo(1);
        assertThat(choice.cookie(17)).isEqualTo("g=17; Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b", "g=", "g=12345", "g=-1", "g=1a", "gg=1"})
    void whatIsNoLotIsDrawnAnew(String cookie) {
        assertThat(choice(SplitBy.COOKIE, "g", 1, 1).lot(head("Cookie", cookie), ""))
                .isNegative();
        assertThat(SplitChoice.draw()).isBetween(0, 9999);
    }
}
