package io.portcullis.route;

import io.portcullis.config.MatchConfig;
import io.portcullis.config.PathPolicy;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.ShapingConfig;
import io.portcullis.config.SourceLine;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to find a route among many: of many hosts, of many paths of one host, and where none of either matches? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RouteBench {
    private static final int ASKED = 64;

    @Param({"10", "100", "1000"})
    public int routes;

    private RouteTable<String> hosts;
    private RouteTable<String> paths;
    private final RequestHead[] byHost = new RequestHead[ASKED];
    private final RequestHead[] byPath = new RequestHead[ASKED];
    private final RequestHead[] none = new RequestHead[ASKED];
    private int next;

    @Setup
    public void setUp() {
        List<RouteConfig> manyHosts = new ArrayList<>();
        List<RouteConfig> manyPaths = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            manyHosts.add(route(i, "h" + i + ".example", "/"));
            manyPaths.add(route(i, "one.example", "/part" + i + "/"));
        }
        hosts = new RouteTable<>(manyHosts, RouteConfig::name);
        paths = new RouteTable<>(manyPaths, RouteConfig::name);
        for (int i = 0; i < ASKED; i++) {
            int which = i * routes / ASKED;
            byHost[i] = request("h" + which + ".example", "/a/b");
            byPath[i] = request("one.example", "/part" + which + "/b/c");
            none[i] = request("one.example", "/else" + i + "/b/c");
        }
    }

    @Benchmark
    public String host() {
        return match(hosts, byHost);
    }

    @Benchmark
    public String path() {
        return match(paths, byPath);
    }

    @Benchmark
    public String nothing() {
        return match(paths, none);
    }

    /** Another one each time, so that the processor does not learn the one. */
    private String match(RouteTable<String> table, RequestHead[] asked) {
        RequestHead head = asked[next++ & ASKED - 1];
        return table.match(head.path(), head, "192.0.2.1");
    }

    private static RequestHead request(String host, String path) {
        return new RequestHead(
                "GET",
                new RequestTarget(path, null, null),
                Authority.parse(host),
                Fields.create(),
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
    }

    private static RouteConfig route(int index, String host, String path) {
        PathPolicy.Treatment keep = PathPolicy.Treatment.KEEP;
        return new RouteConfig(
                index,
                host + path,
                host,
                path,
                MatchConfig.EVERYTHING,
                new PathPolicy(keep, keep, keep, keep, keep),
                Duration.ZERO,
                ShapingConfig.NONE,
                new RouteConfig.Respond(200, "", ""),
                SourceLine.NOWHERE);
    }
}
