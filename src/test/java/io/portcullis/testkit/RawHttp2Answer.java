package io.portcullis.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came on one stream so far. */
public final class RawHttp2Answer {
    private final List<List<RawHead.Field>> blocks = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final List<Integer> pieces = new ArrayList<>();
    private String reset = "";
    private boolean ended;

    RawHttp2Answer() {}

    void block(List<RawHead.Field> fields, boolean last) {
        blocks.add(fields);
        ended |= last;
    }

    void data(String latin1, boolean last) {
        body.append(latin1);
        pieces.add(latin1.length());
        ended |= last;
    }

    void reset(String code) {
        reset = code;
    }

    /** The final status; 0 where none came. */
    public int status() {
        List<RawHead.Field> head = head();
        return head == null ? 0 : status(head);
    }

    /** Statuses of interim responses, in order. */
    public List<Integer> interims() {
        return blocks.stream()
                .map(RawHttp2Answer::status)
                .filter(status -> status >= 100 && status < 200)
                .toList();
    }

    /** The first interim response's value of {@code name}; null where there is none. */
    public @Nullable String interimValue(String name) {
        return values(blocks.getFirst(), name).stream().findFirst().orElse(null);
    }

    /** Every value of {@code name} in the final head. */
    public List<String> values(String name) {
        List<RawHead.Field> head = head();
        return head == null ? List.of() : values(head, name);
    }

    public @Nullable String value(String name) {
        return values(name).stream().findFirst().orElse(null);
    }

    /** The fields behind the body; null where there are none. */
    public @Nullable List<RawHead.Field> trailers() {
        return blocks.isEmpty() || status(blocks.getLast()) != 0 ? null : blocks.getLast();
    }

    /** Latin-1. */
    public String body() {
        return body.toString();
    }

    /** Lengths of the DATA frames' data. */
    public List<Integer> pieces() {
        return List.copyOf(pieces);
    }

    /** The code of RST_STREAM, by its name; empty where none came. */
    public String reset() {
        return reset;
    }

    /** Whether END_STREAM came. */
    public boolean isEnded() {
        return ended;
    }

    boolean isOver() {
        return ended || !reset.isEmpty();
    }

    private @Nullable List<RawHead.Field> head() {
        return blocks.stream().filter(block -> status(block) >= 200).findFirst().orElse(null);
    }

    private static int status(List<RawHead.Field> block) {
        return values(block, ":status").stream()
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(0);
    }

    private static List<String> values(List<RawHead.Field> block, String name) {
        return block.stream()
                .filter(field -> field.name().equals(name))
                .map(RawHead.Field::value)
                .toList();
    }

    @Override
    public String toString() {
        return blocks + " " + body.length() + " bytes" + (ended ? ", ended" : "")
                + (reset.isEmpty() ? "" : ", " + reset);
    }
}
