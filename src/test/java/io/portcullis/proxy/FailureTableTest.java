package io.portcullis.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Document;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of failure kinds in docs/operations.md says what the code does. */
class FailureTableTest {
    /** They show only when there is nothing left to answer, or nobody to be answered. */
    private static final Set<FailureKind> CUT = EnumSet.of(
            FailureKind.CLIENT_GONE,
            FailureKind.RESPONSE_WRITE_TIMEOUT,
            FailureKind.RESPONSE_TOO_SLOW,
            FailureKind.TUNNEL_TIMEOUT,
            FailureKind.DRAIN_TIMEOUT,
            FailureKind.RESPONSE_INCOMPLETE,
            FailureKind.RESPONSE_BODY_TIMEOUT,
            FailureKind.INTERNAL);

    private static final Document TABLE = Document.of("docs/operations.md").section("Failure kinds");

    @ParameterizedTest
    @EnumSource
    void everyKindHasItsRow(FailureKind kind) {
        List<String> row = TABLE.row("`" + kind.tag() + "`");
        assertThat(row.get(1)).isEqualTo(CUT.contains(kind) ? "cut" : String.valueOf(Answers.status(kind)));
        assertThat(row.get(2)).isEqualTo(kind.side().tag());
        assertThat(row.get(3)).isEqualTo("`" + kind.proxyStatus() + "`");
        assertThat(row.get(4)).isNotBlank();
    }
}
