package io.portcullis.config;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code error-pages}. */
final class ErrorPageReader {
    private static final Pattern STATUS = Pattern.compile("[45]\\d\\d");
    private static final Pattern CLASS = Pattern.compile("[45]xx");

    private ErrorPageReader() {}

    static List<ErrorPage> read(Node node) {
        return node.blockList("error-pages", "defaults.error-page").stream()
                .map(ErrorPageReader::page)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Null where a part of it is missing, which is then a noted problem. */
    static @Nullable ErrorPage page(Node node) {
        List<Integer> statuses =
                node.requiredEach("status", "a status or a class of them", "status = 5xx", ErrorPageReader::status);
        TextFile file = node.required("file", "a file with the page", "file = \"5xx.html\"", TextFile::read);
        String type = node.value("content-type", Labels::mediaType);
        node.finish();
        return file == null ? null : new ErrorPage(statuses, file.path(), type, ErrorPage.parts(file.text()));
    }

    private static int status(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (CLASS.matcher(text).matches()) {
            return text.charAt(0) - '0';
        }
        if (STATUS.matcher(text).matches()) {
            return Integer.parseInt(text);
        }
        throw new Refusal(
                "expected an error status, found \"" + text + "\"", "write 400 to 599, or 4xx or 5xx for all of them");
    }
}
