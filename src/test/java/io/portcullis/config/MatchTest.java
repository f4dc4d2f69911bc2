package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.http.FieldNames;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code routes[].match} takes, and what of routes with the same host and path is out of reach. */
class MatchTest {
    private static final String ABOVE =
            """
            listeners.http.bind = "127.0.0.1:8080"
            upstreams { app { endpoints = ["10.0.0.5:8080"] } }
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    private List<String> problems(String... matches) {
        StringBuilder routes = new StringBuilder("routes = [\n");
        for (int i = 0; i < matches.length; i++) {
            routes.append("{ name = r").append(i).append(", upstream = app, match { ");
            routes.append(matches[i]).append(" } }\n");
        }
        return folder.problems(ABOVE + routes + "]");
    }

    private MatchConfig match(String match) {
        return folder.config(ABOVE + "routes = [ { upstream = app, match { " + match + " } } ]")
                .routes()
                .getFirst()
                .match();
    }

    @Test
    void aConditionOnAFieldThatWeSetOurselvesIsAWarningForItNeverHolds() {
        String text =
                """
                listeners.https { bind = "127.0.0.1:8443", tls = t }
                tls.t {
                  certificates = [ { chain = c.pem, key = c.key } ]
                  client-certificates { ca = c.pem, mode = optional, headers { verified = X-SSL-Client-Verify } }
                }
                routes = [
                  { path = "/a", respond {}, match.headers = ["X_SSL_Client_Verify = SUCCESS"] }
                  { path = "/b", respond {}, match.headers = ["! x-ssl-client-verify"] }
                  { path = "/c", respond {}, match.headers = ["X-SSL-Other"] }
                ]
                """;
        assertThat(folder.problems(text))
                .filteredOn(each -> each.contains("match.headers"))
                .hasSize(2)
                .first()
                .asString()
                .contains(
                        "routes[0].match.headers: never holds: x_ssl_client_verify is what client-certificates.headers")
                .endsWith("write tls.<name>.hosts with client-certificates");
        assertThat(folder.problems(text))
                .anyMatch(each -> each.contains("routes[1].match.headers: always holds: x-ssl"));
    }

    @Test
    void aConditionIsWrittenInOneLine() {
        MatchConfig match = match("methods = GET, headers = [\"X-A=b\", \"! X-C\", \"X-D ~ e+\", \"X-F\"],"
                + " query = [\"v = 2 3\"], cookies = [beta], clients = [\"10.0.0.0/8\", unix]");
        assertThat(match)
                .hasToString("if method GET, header x-a = b, header ! x-c, header x-d ~ e+, header x-f, query v = 2 3,"
                        + " cookie beta, client 10.0.0.0/8|unix");
        assertThat(match.size()).isEqualTo(8);
    }

    @Test
    void aRouteIsNamedByItsConditionsToo() {
        assertThat(folder.config(ABOVE + "routes = [ { host = a.example, upstream = app, match.methods = [GET] },"
                                + " { host = a.example, upstream = app } ]")
                        .routes())
                .extracting(RouteConfig::name)
                .containsExactly("a.example/ if method GET", "a.example/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "methods = get | did you mean GET?",
                "methods = TRACE | it is answered 405",
                "headers = \"Host = a\" | write host = …",
                "headers = \"Cookie = a\" | write cookies = [ … ]",
                "headers = \"X-Forwarded-For = a\" | which knows trusted proxies",
                "headers = \"x_real_ip = a\" | which knows trusted proxies",
                "headers = \"Transfer-Encoding\" | HTTP/2 has none of it",
                "headers = \"X A = b\" | expected a condition",
                "headers = \"! X-A = b\" | expected a condition",
                "headers = \"X-A ~ (\" | write it in RE2 syntax",
                "headers = \"X-A ~ (?<=a)b\" | which has no back references",
                "headers = \"X:A\" | no name of a header field",
                "clients = localhost | write addresses, not names",
                "clients = \"10.1.0.0/8\" | did you mean"
            })
    void whatIsNoConditionIsRefused(String match, String said) {
        assertThat(problems(match)).singleElement().asString().contains(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "headers = X-A | headers = \"X-A = b\"",
                "headers = \"X-A ~ .*\" | headers = \"x-a = b\"",
                "methods = [GET, POST] | methods = [POST]",
                "clients = \"10.0.0.0/8\" | clients = \"10.1.0.0/16\"",
                "clients = [\"10.0.0.0/8\", unix] | clients = [unix, \"10.0.0.1\"]",
                "query = a | query = \"a = b\""
            })
    void whatIsAlwaysTakenBeforeIsAWarning(String first, String second) {
        assertThat(problems(first, second))
                .singleElement()
                .asString()
                .contains("routes[1]: can never match: routes[0] (x.conf:4) is asked before it");
        assertThat(problems(second, first)).isEmpty();
    }

    @Test
    void whatAsksForMoreIsInReachWhereverItStands() {
        assertThat(problems("headers = X-A", "headers = X-A, methods = GET", "cookies = a"))
                .isEmpty();
        assertThat(problems("clients = \"10.0.0.0/8\"", "clients = \"11.0.0.0/8\"", "clients = \"::/8\""))
                .isEmpty();
    }

    @Test
    void theSameConditionsAreAnError() {
        assertThat(problems("headers = X-A", "headers = x-a"))
                .singleElement()
                .asString()
                .contains("has the same host (every host) and path (/) and the same match");
    }

    @Test
    void whereNoRouteIsWithoutConditionsOthersAreStillInReach() {
        assertThat(problems("headers = X-A", "headers = X-B")).isEmpty();
    }

    /** In config, which imports nothing of ours, the same list is written again: both must mean the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "keep-alive",
                "proxy-connection",
                "proxy",
                "te",
                "trailer",
                "upgrade",
                "transfer-encoding",
                "content-length",
                "proxy-authorization",
                "proxy-authenticate",
                "host",
                "date",
                "expect",
                "strict-transport-security",
                "via",
                "forwarded",
                "x-real-ip",
                "x-request-id",
                "x-rewrite-url",
                "x-forwarded-for",
                "x-forwarded-prefix",
                "x-original-url",
                "x-client-cert-dn",
                "client-cert",
                "client-cert-chain",
                "x-forwarded",
                "server",
                "set-cookie",
                "content-type",
                "x-client",
                "proxied",
                "x-request",
                "location",
                "content-encoding",
                "dates",
                "hosts",
                "upgrade-insecure-requests",
                "trailers"
            })
    void h03ReservedNamesAreThoseThatTheWireKnowsInEverySpelling(String name) {
        Stream.of(name, name.toUpperCase(java.util.Locale.ROOT), name.replace('-', '_'), name.replace('-', '.'))
                .forEach(spelling -> assertThat(HeaderNames.isOurs(spelling))
                        .as(spelling)
                        .isEqualTo(FieldNames.kind(spelling) != FieldNames.Kind.PASSED));
    }
}
