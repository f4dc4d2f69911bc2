package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

@NeedsProgram("sh")
class ProgramsTest {
    @Test
    void outputErrorAndStatusAreKept() {
        RunningProgram.Ended ended = Programs.runWithInput("in", "sh", "-c", "cat; echo err >&2; exit 3");
        assertThat(ended).isEqualTo(new RunningProgram.Ended(3, "in", "err\n"));
        assertThatThrownBy(ended::ok).hasMessageContaining("exit status 3").hasMessageContaining("err");
    }

    @Test
    void oneThatDoesNotEndIsKilledWithItsOutputShown() {
        RunningProgram cat = Programs.start("sh", "-c", "echo begun; exec cat /dev/zero > /dev/null");
        assertThatThrownBy(() -> cat.end(Duration.ofMillis(200)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("begun");
        assertThat(cat.isRunning()).isFalse();
    }

    @Test
    void aMissingOneDisablesAndFailsUnderCi() {
        NeedsProgram needs = Needy.class.getAnnotation(NeedsProgram.class);
        ProgramCondition here = new ProgramCondition(name -> name.equals("sh"), Map.of());
        assertThat(here.reasonNotToRun("NeedyTest", needs))
                .isEqualTo("NeedyTest needs no-such-program, not found on the PATH");
        ProgramCondition ci = new ProgramCondition(name -> name.equals("sh"), Map.of("CI", "true"));
        assertThatThrownBy(() -> ci.reasonNotToRun("NeedyTest", needs))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no-such-program");
    }

    @NeedsProgram({"sh", "no-such-program"})
    private static final class Needy {}
}
