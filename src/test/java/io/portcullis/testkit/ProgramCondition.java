package io.portcullis.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides what {@link NeedsProgram} means here. */
final class ProgramCondition implements ExecutionCondition {
    private final Predicate<String> isFound;
    private final boolean ci;

    ProgramCondition() {
        this(name -> Programs.find(name) != null, System.getenv());
    }

    ProgramCondition(Predicate<String> isFound, Map<String, String> environment) {
        this.isFound = isFound;
        this.ci = "true".equals(environment.get("CI"));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String reason = AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class)
                .map(needs -> reasonNotToRun(name(context), needs))
                .orElse(null);
        if (reason == null) {
            return ConditionEvaluationResult.enabled("nothing is missing");
        }
        System.out.println("NOT RUN: " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    private static String name(ExtensionContext context) {
        return context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    }

    /** Null where the test can run; fails where it must. */
    @Nullable
    String reasonNotToRun(String test, NeedsProgram needs) {
        List<String> missing =
                Arrays.stream(needs.value()).filter(isFound.negate()).toList();
        if (missing.isEmpty()) {
            return null;
        }
        String line = test + " needs " + String.join(", ", missing) + ", not found on the PATH";
        if (ci) {
            throw new AssertionError(line + " (CI=true: a missing program fails the build)");
        }
        return line;
    }
}
