package io.portcullis.http;

import java.util.ArrayList;
import java.util.List;

/**
 * How else backends read a path in normal form: some decode {@code %2F} and {@code %5C} into slashes, some cut segments at
 * {@code ;}, some take {@code //} for one slash, and some do several of these, in this order.
 */
public final class PathReadings {
    private PathReadings() {}

    /** Whether any reading other than {@code path} itself is to be feared. */
    public static boolean isAmbiguous(String path) {
        return hasEncodedSlash(path) || hasSemicolon(path) || hasDoubleSlash(path);
    }

    /** Every other reading of {@code path}. */
    public static List<String> of(String path) {
        List<String> readings = new ArrayList<>();
        String decoded = decode(path);
        add(readings, path, decoded);
        add(readings, path, withoutParameters(path));
        add(readings, path, withoutParameters(decoded));
        for (int i = readings.size() - 1; i >= 0; i--) {
            add(readings, path, merge(readings.get(i)));
        }
        add(readings, path, merge(path));
        return readings;
    }

    /** Whether {@code %2F} or {@code %5C} is in it. */
    public static boolean hasEncodedSlash(String path) {
        return path.contains("%2F") || path.contains("%5C");
    }

    /** Whether {@code ;} or {@code %3B} is in it. */
    public static boolean hasSemicolon(String path) {
        return path.indexOf(';') >= 0 || path.contains("%3B");
    }

    public static boolean hasDoubleSlash(String path) {
        return path.contains("//");
    }

    /** Whether a backend that decodes twice, or decodes before it splits, finds another path or a query. */
    public static boolean hasEncodedDelimiter(String path) {
        return path.contains("%25") || path.contains("%23") || path.contains("%3F");
    }

    /** {@code //} and longer runs as one slash. */
    public static String merge(String path) {
        String merged = path;
        while (hasDoubleSlash(merged)) {
            merged = merged.replace("//", "/");
        }
        return merged;
    }

    private static String decode(String path) {
        return path.replace("%2F", "/").replace("%5C", "/").replace("%3B", ";");
    }

    private static String withoutParameters(String path) {
        StringBuilder out = new StringBuilder(path.length());
        boolean skipping = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            skipping = c != '/' && (skipping || c == ';');
            if (!skipping) {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void add(List<String> readings, String path, String reading) {
        if (!reading.equals(path) && !readings.contains(reading)) {
            readings.add(reading);
        }
    }
}
