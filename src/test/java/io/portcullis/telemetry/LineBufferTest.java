package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineBufferTest {

    @Test
    void l07EveryCharacterComesBackFromJson() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String value = "a" + (char) c + "b";
            String expected = Character.isSurrogate((char) c) ? "a\ufffdb" : value;
            String written = Records.text(new LineBuffer(1).json(value));
            assertPrintable(written);
            assertThat(parsed(written)).as("U+%04X", c).isEqualTo(expected);
        }
    }

    @Test
    void surrogatePairsComeBackFromJson() {
        String value = "\ud83d\ude00 and a lone one: \ude00\ud83d";
        assertThat(parsed(Records.text(new LineBuffer(1).json(value))))
                .isEqualTo("\ud83d\ude00 and a lone one: \ufffd\ufffd");
    }

    @Test
    void l07EveryCharacterComesBackFromCombined() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String written = Records.text(new LineBuffer(1).combined("a" + (char) c + "b"));
            assertPrintable(written);
            assertThat(unescaped(written)).as("U+%04X", c).isEqualTo(octets(c));
        }
    }

    @Test
    void pairsAreOneUtf8SequenceInCombined() {
        assertThat(Records.text(new LineBuffer(1).combined("\ud83d\ude00"))).isEqualTo("\\xf0\\x9f\\x98\\x80");
    }

    @Test
    void longValuesAreCutAndSaySo() {
        String most = "x".repeat(LineBuffer.LONGEST_VALUE);
        assertThat(Records.text(new LineBuffer(1).json(most))).isEqualTo(most);
        assertThat(Records.text(new LineBuffer(1).json(most + "y"))).isEqualTo(most + "...");
        assertThat(Records.text(new LineBuffer(1).combined(most + "y"))).isEqualTo(most + "...");
    }

    @Test
    void aCutNeverPartsAPair() {
        String value = "x".repeat(LineBuffer.LONGEST_VALUE - 1) + "\ud83d\ude00";
        assertThat(Records.text(new LineBuffer(1).json(value)))
                .isEqualTo("x".repeat(LineBuffer.LONGEST_VALUE - 1) + "...");
    }

    @Test
    void theWorstValueFits() {
        String value = "\uffff".repeat(LineBuffer.LONGEST_VALUE);
        assertThat(new LineBuffer(1).combined(value).size()).isEqualTo(12 * LineBuffer.LONGEST_VALUE);
        assertThat(new LineBuffer(1).json(value).size()).isEqualTo(6 * LineBuffer.LONGEST_VALUE);
    }

    @Test
    void numbersAreDecimal() {
        for (long number : new long[] {0, 7, 10, 99, 100, 12345, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            assertThat(Records.text(new LineBuffer(1).number(number))).isEqualTo(Long.toString(number));
        }
        assertThat(Records.text(new LineBuffer(1).number(-1))).isEqualTo("0");
    }

    @Test
    void durationsAreMillisecondsDownToMicroseconds() {
        assertThat(Records.text(new LineBuffer(1).millis(0))).isEqualTo("0.000");
        assertThat(Records.text(new LineBuffer(1).millis(1_999))).isEqualTo("0.001");
        assertThat(Records.text(new LineBuffer(1).millis(12_045_678))).isEqualTo("12.045");
    }

    private static void assertPrintable(String written) {
        assertThat(written.chars().allMatch(c -> c >= ' ' && c < 0x7f))
                .as(written)
                .isTrue();
    }

    /** Read back by a JSON parser that is not ours. */
    private static String parsed(String written) {
        return ConfigFactory.parseString("{\"value\":\"" + written + "\"}").getString("value");
    }

    private static byte[] octets(int c) {
        byte[] middle = c <= 0xff
                ? new byte[] {(byte) c}
                : Character.toString(Character.isSurrogate((char) c) ? 0xfffd : c)
                        .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.write('a');
        octets.writeBytes(middle);
        octets.write('b');
        return octets.toByteArray();
    }

    private static byte[] unescaped(String written) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                octets.write(c);
            } else if (written.charAt(++i) == 'x') {
                octets.write(Integer.parseInt(written.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                octets.write(written.charAt(i));
            }
        }
        return octets.toByteArray();
    }
}
