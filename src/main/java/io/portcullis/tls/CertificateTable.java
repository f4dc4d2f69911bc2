package io.portcullis.tls;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Certificates as text, one line each, the next to expire first. */
public final class CertificateTable {
    private static final List<String> HEADINGS = List.of("NAME", "KIND", "NOT AFTER", "LEFT", "SHA-256", "NAMES");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Enough of a fingerprint to tell certificates apart; the whole is in {@link CertificateFacts}. */
    private static final int SHORT_FINGERPRINT = 16;

    private CertificateTable() {}

    /** Lines end with a newline; columns are two spaces apart. */
    public static String of(List<CertificateFacts> certificates, Instant now) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        certificates.stream()
                .sorted(Comparator.comparing(CertificateFacts::notAfter))
                .forEach(each -> rows.add(row(each, now)));
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                boolean last = column == row.size() - 1;
                text.append(last ? row.get(column) : padded(row.get(column), width(rows, column) + 2));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static List<String> row(CertificateFacts each, Instant now) {
        return List.of(
                each.name(),
                each.kind(),
                DATE.format(each.notAfter()),
                Duration.between(now, each.notAfter()).toDays() + " days",
                each.fingerprint().substring(0, SHORT_FINGERPRINT),
                String.join(" ", each.names()));
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
