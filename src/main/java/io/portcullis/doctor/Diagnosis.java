package io.portcullis.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What came of looking.
 *
 * @param findings the worst first
 * @param looked what was looked at, and what could not be, one sentence each
 */
public record Diagnosis(List<Finding> findings, List<String> looked) {
    /** Findings that say the same of several places become one. */
    static Diagnosis of(List<Finding> found, List<String> looked) {
        List<Finding> merged = new ArrayList<>();
        for (Finding each : found) {
            Finding like = merged.stream().filter(each::saysLike).findFirst().orElse(null);
            if (like == null) {
                merged.add(each);
            } else if (!List.of(like.where().split(", ", -1)).contains(each.where())) {
                merged.set(
                        merged.indexOf(like),
                        new Finding(
                                like.ailment(),
                                like.severity(),
                                like.where() + ", " + each.where(),
                                like.what(),
                                like.proof(),
                                like.remedy()));
            }
        }
        merged.sort(Comparator.comparing(Finding::severity).reversed());
        return new Diagnosis(List.copyOf(merged), looked.stream().distinct().toList());
    }

    /** How many are that bad. */
    public long count(Severity severity) {
        return findings.stream().filter(each -> each.severity() == severity).count();
    }
}
