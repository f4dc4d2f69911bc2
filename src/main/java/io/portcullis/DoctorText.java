package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.doctor.Diagnosis;
import io.portcullis.doctor.Finding;
import io.portcullis.doctor.Severity;
import java.util.ArrayList;
import java.util.List;

/** What {@code doctor} prints: the verdict, the findings with the worst first, and what was looked at. */
final class DoctorText {
    private DoctorText() {}

    static String text(String subject, Diagnosis diagnosis) {
        StringBuilder out = new StringBuilder(verdict(subject, diagnosis)).append('\n');
        for (Finding each : diagnosis.findings()) {
            out.append('\n')
                    .append(String.format(
                            "%-8s %s", each.severity().word(), each.ailment().id()))
                    .append("  ")
                    .append(printable(each.where()))
                    .append('\n');
            line(out, "cause", each.what());
            line(out, "proof", each.proof());
            line(out, "remedy", each.remedy());
        }
        out.append(diagnosis.looked().isEmpty() ? "" : "\nlooked at\n");
        diagnosis
                .looked()
                .forEach(each -> out.append("  ").append(printable(each)).append('\n'));
        return out.toString();
    }

    private static void line(StringBuilder out, String label, String text) {
        out.append(String.format("  %-7s %s%n", label, printable(text)));
    }

    /** What servers say goes to a terminal: no control characters of theirs, nor those that turn or hide text. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    private static String verdict(String subject, Diagnosis diagnosis) {
        List<String> parts = new ArrayList<>();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.NOTE)) {
            long count = diagnosis.count(severity);
            if (count > 0) {
                parts.add(count + " " + severity.word() + (count == 1 ? "" : "s"));
            }
        }
        return subject + ": " + (parts.isEmpty() ? "nothing wrong was found" : String.join(", ", parts));
    }

    static String json(String subject, Diagnosis diagnosis) {
        List<Json> findings = diagnosis.findings().stream()
                .map(each -> new Json()
                        .put("id", each.ailment().id())
                        .put("severity", each.severity().word())
                        .put("where", each.where())
                        .put("cause", each.what())
                        .put("proof", each.proof())
                        .put("remedy", each.remedy()))
                .toList();
        return new Json()
                        .put("subject", subject)
                        .put("errors", diagnosis.count(Severity.ERROR))
                        .put("warnings", diagnosis.count(Severity.WARNING))
                        .put("notes", diagnosis.count(Severity.NOTE))
                        .list("findings", findings)
                        .texts("looked", diagnosis.looked())
                + "\n";
    }
}
