package io.portcullis.config;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Readers of numbers, durations, sizes and words, each with its range. */
final class Units {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

    private Units() {}

    /** A duration with its unit, both ends of the range included; {@code 0} only where {@code min} is zero. */
    static ValueReader<Duration> duration(Duration min, Duration max) {
        String expected = "expected a duration from " + show(min) + " to " + show(max);
        return setting -> {
            String text = setting.text().strip();
            Duration value = parseDuration(text, expected);
            if (value.isZero() && !min.isZero()) {
                throw new Refusal(
                        expected + ", found \"" + text + "\": 0 is neither \"at once\" nor \"unlimited\"",
                        "write " + show(min) + " or more");
            }
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new Refusal(expected + ", found \"" + text + "\"", "write a value within the range");
            }
            return value;
        };
    }

    /** A number of bytes: with a unit, or bare for bytes. */
    static ValueReader<Long> size(long min, long max) {
        String expected = "expected a size from " + showSize(min) + " to " + showSize(max);
        return setting -> {
            String text = setting.text().strip();
            long value = parseSize(text, expected);
            if (value == 0 && min > 0) {
                throw new Refusal(expected + ", found 0", "write " + showSize(min) + " or more");
            }
            return within(value, min, max, expected, text);
        };
    }

    static ValueReader<Integer> integer(int min, int max) {
        String expected = "expected a whole number from " + min + " to " + max;
        return setting -> {
            String text = setting.text().strip();
            if (!WHOLE.matcher(text).matches()) {
                throw new Refusal(expected + ", found \"" + text + "\"", "write digits only");
            }
            return (int) within(Long.parseLong(text), min, max, expected, text);
        };
    }

    /** A whole number of percent, written {@code 20 %} or {@code 20%}. */
    static ValueReader<Integer> percent(int min, int max) {
        String expected = "expected a share from " + min + " % to " + max + " %";
        return setting -> {
            String text = setting.text().strip();
            String digits =
                    text.endsWith("%") ? text.substring(0, text.length() - 1).strip() : "";
            if (!WHOLE.matcher(digits).matches()) {
                throw new Refusal(expected + ", found \"" + text + "\"", "write a whole number and its sign: 20 %");
            }
            return (int) within(Long.parseLong(digits), min, max, expected, text);
        };
    }

    /** {@code word} (off, auto) stands for {@code meaning}; a written 0 is refused and the word is offered. */
    static <T> ValueReader<T> or(String word, T meaning, ValueReader<T> reader) {
        return setting -> {
            String text = setting.text().strip();
            if (text.equals(word)) {
                return meaning;
            }
            if (isZero(text)) {
                throw new Refusal("expected an amount or " + word + ", found " + text, "write " + word);
            }
            try {
                return reader.read(setting);
            } catch (Refusal refusal) {
                throw new Refusal(refusal.sentence() + ", or " + word, refusal.remedy());
            }
        };
    }

    /** {@code on} and {@code off}, and the other words of HOCON for them. */
    static boolean flag(Setting setting) throws Refusal {
        String text = setting.text().strip();
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes" -> true;
            case "off", "false", "no" -> false;
            default -> throw new Refusal("expected on or off, found \"" + text + "\"", "write on or off");
        };
    }

    /** One word of a few. */
    static <T> ValueReader<T> choice(Map<String, T> words) {
        Map<String, T> sorted = new TreeMap<>(words);
        return setting -> {
            String text = setting.text().strip();
            T value = sorted.get(text.toLowerCase(Locale.ROOT));
            if (value == null) {
                throw new Refusal(
                        "expected one of " + String.join(", ", sorted.keySet()) + ", found \"" + text + "\"",
                        didYouMean(text, sorted.keySet()));
            }
            return value;
        };
    }

    /** One number of a few. */
    static ValueReader<Integer> oneOf(List<Integer> numbers) {
        String all = numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return setting -> {
            String text = setting.text().strip();
            return numbers.stream()
                    .filter(n -> text.equals(Integer.toString(n)))
                    .findFirst()
                    .orElseThrow(() ->
                            new Refusal("expected one of " + all + ", found \"" + text + "\"", "write one of these"));
        };
    }

    /** The shortest form an operator would write. */
    static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + " ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0 && seconds > 0) {
            return seconds / 86_400 + " d";
        }
        if (seconds % 3600 == 0 && seconds > 0) {
            return seconds / 3600 + " h";
        }
        return seconds + " s";
    }

    static String showSize(long bytes) {
        String[] units = {" B", " KiB", " MiB", " GiB", " TiB"};
        int unit = 0;
        long rest = bytes;
        while (rest > 0 && rest % 1024 == 0 && unit < units.length - 1) {
            rest /= 1024;
            unit++;
        }
        return rest + units[unit];
    }

    private static String didYouMean(String text, Collection<String> words) {
        return Spelling.nearest(text, words)
                .map(w -> "did you mean \"" + w + "\"?")
                .orElse("write one of these");
    }

    private static boolean isZero(String text) {
        Matcher amount = AMOUNT.matcher(text);
        return amount.matches() && times(amount.group(1), Long.MAX_VALUE).signum() == 0;
    }

    private static long within(long value, long min, long max, String expected, String text) throws Refusal {
        if (value < min || value > max) {
            throw new Refusal(expected + ", found " + text, "write a value within the range");
        }
        return value;
    }

    private static Duration parseDuration(String text, String expected) throws Refusal {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            throw new Refusal(expected + ", found \"" + text + "\"", "write a number and a unit: ms, s, m, h, d");
        }
        if (amount.group(2).isEmpty()) {
            throw new Refusal(
                    expected + ", found \"" + text + "\" without a unit",
                    "write the unit: " + text + " s, " + text + " ms, …");
        }
        Long nanos = nanosOf(amount.group(2));
        if (nanos == null) {
            throw new Refusal(
                    expected + ", found \"" + text + "\" with an unknown unit", "the units are ms, s, m, h, d");
        }
        BigInteger total = times(amount.group(1), nanos);
        return total.bitLength() > 62 ? Duration.ofNanos(Long.MAX_VALUE) : Duration.ofNanos(total.longValue());
    }

    /** Digits with or without a fraction, times a unit, without what is left behind the point. BigDecimal's own start is 30 ms of ours. */
    private static BigInteger times(String digits, long unit) {
        int point = digits.indexOf('.');
        String whole = point < 0 ? digits : digits.substring(0, point) + digits.substring(point + 1);
        int places = point < 0 ? 0 : digits.length() - point - 1;
        return new BigInteger(whole).multiply(BigInteger.valueOf(unit)).divide(BigInteger.TEN.pow(places));
    }

    private static @Nullable Long nanosOf(String unit) {
        Duration one =
                switch (unit) {
                    case "ms", "milli", "millis", "millisecond", "milliseconds" -> Duration.ofMillis(1);
                    case "s", "second", "seconds" -> Duration.ofSeconds(1);
                    case "m", "minute", "minutes" -> Duration.ofMinutes(1);
                    case "h", "hour", "hours" -> Duration.ofHours(1);
                    case "d", "day", "days" -> Duration.ofDays(1);
                    case "w", "week", "weeks" -> Duration.ofDays(7);
                    default -> null;
                };
        return one == null ? null : one.toNanos();
    }

    private static long parseSize(String text, String expected) throws Refusal {
        Matcher amount = AMOUNT.matcher(text);
        long factor = amount.matches() ? bytesOf(amount.group(2)) : -1;
        if (factor < 0) {
            throw new Refusal(
                    expected + ", found \"" + text + "\"", "write a number and a unit: B, KiB, MiB, GiB, kB, MB, GB");
        }
        BigInteger total = times(amount.group(1), factor);
        return total.bitLength() > 62 ? Long.MAX_VALUE : total.longValue();
    }

    private static long bytesOf(String unit) {
        return switch (unit) {
            case "", "B", "b", "byte", "bytes" -> 1;
            case "K", "k", "Ki", "KiB", "kibibyte", "kibibytes" -> 1L << 10;
            case "M", "m", "Mi", "MiB", "mebibyte", "mebibytes" -> 1L << 20;
            case "G", "g", "Gi", "GiB", "gibibyte", "gibibytes" -> 1L << 30;
            case "T", "t", "Ti", "TiB", "tebibyte", "tebibytes" -> 1L << 40;
            case "kB", "kilobyte", "kilobytes" -> 1_000;
            case "MB", "megabyte", "megabytes" -> 1_000_000;
            case "GB", "gigabyte", "gigabytes" -> 1_000_000_000;
            case "TB", "terabyte", "terabytes" -> 1_000_000_000_000L;
            default -> -1;
        };
    }
}
