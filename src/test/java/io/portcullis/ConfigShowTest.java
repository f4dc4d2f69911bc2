package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@code config show --diff} prints of two configurations. */
class ConfigShowTest {
    @Test
    void whatDiffersIsShownFromBothSidesAndItsOriginDoesNotCount() {
        String there = "a = 1  # x:1\nb = 2  # x:2\nc.d = 3  # x:3\n";
        String here = "a = 1  # x:9\nb = 5  # x:2\ne = 4  # default\n";
        assertThat(ConfigShowCommand.difference(there, here, null))
                .isEqualTo("- b = 2  # x:2\n+ b = 5  # x:2\n- c.d = 3  # x:3\n+ e = 4  # default\n");
        assertThat(ConfigShowCommand.difference(there, there, null)).isEqualTo("nothing differs\n");
        assertThat(ConfigShowCommand.difference(there, "c.d = 3  # y:1\n", "c")).isEqualTo("nothing differs\n");
    }

    @Test
    void aDefaultThatAnUpgradeChangedIsADifference() {
        String before = "a = 256  # default of 0.1.0\nb = 1  # default of 0.1.0\n";
        String after = "a = 512  # default of 0.2.0\nb = 1  # default of 0.2.0\n";
        assertThat(ConfigShowCommand.difference(before, after, null))
                .isEqualTo("- a = 256  # default of 0.1.0\n+ a = 512  # default of 0.2.0\n");
    }
}
