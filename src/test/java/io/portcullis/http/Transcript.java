package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.portcullis.net.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder said of one connection's bytes, as text that does not depend on how the bytes were cut.
 *
 * @param <H> what heads become
 */
final class Transcript<H> implements Http1Decoder.Owner<H> {
    /** How a head is made of lines. */
    interface Reader<H> {
        Reading<H> read(HeadParser lines) throws MalformedMessage;
    }

    /** What a head says of its body. */
    interface Lengths<H> {
        long of(H head);
    }

    /** Limits that inputs of some hundred bytes reach. */
    static final HeadLimits TIGHT = HeadLimits.ofRequests(96, 384, 12);

    /** As {@link #TIGHT}, for responses. */
    static final HeadLimits TIGHT_RESPONSES = HeadLimits.ofResponses(96, 384, 12);

    private final Reader<H> reader;
    private final Lengths<H> lengths;
    private final StringBuilder text = new StringBuilder();
    private final List<H> heads = new ArrayList<>();
    private boolean broken;
    private int ends;

    Transcript(Reader<H> reader, Lengths<H> lengths) {
        this.reader = reader;
        this.lengths = lengths;
    }

    /** How a request's head is made, for a client of its own. */
    static Transcript<RequestHead> ofRequests() {
        ClientConnection client = new ClientConnection(Clients.stranger(), "f");
        return new Transcript<>(lines -> Http1Reader.request(lines, client), Transcript::bodyOf);
    }

    private static long bodyOf(RequestHead head) {
        if (head.isUpgrade()) {
            return 0;
        }
        return head.bodyLength() < 0 ? Http1Decoder.CHUNKED : head.bodyLength();
    }

    /** Has {@code bytes} decoded whole, byte by byte, and in pieces; fails where the three differ. Gives the first. */
    static <H> Transcript<H> inAnySplit(
            HeadLimits limits, byte[] bytes, java.util.function.Supplier<Transcript<H>> fresh) {
        Transcript<H> whole = fresh.get().decode(limits, bytes, List.of(bytes.length));
        claimSame(whole, fresh.get().decode(limits, bytes, List.of(1)), "byte by byte");
        claimSame(whole, fresh.get().decode(limits, bytes, pieces(bytes)), "in pieces " + pieces(bytes));
        return whole;
    }

    /** Sizes of pieces that the bytes themselves choose: another input, another cut. */
    private static List<Integer> pieces(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        Random random = new Random(sum.getValue());
        return random.ints(8, 1, Math.max(2, bytes.length)).boxed().toList();
    }

    private static void claimSame(Transcript<?> whole, Transcript<?> cut, String how) {
        claim(whole.text().equals(cut.text()), "whole:\n" + whole.text() + "\n" + how + ":\n" + cut.text());
    }

    /** Decodes {@code bytes} in pieces of these sizes, over and over; then the connection ends. */
    Transcript<H> decode(HeadLimits limits, byte[] bytes, List<Integer> sizes) {
        Http1Decoder<H> decoder = new Http1Decoder<>(limits, this);
        int from = 0;
        for (int i = 0; from < bytes.length; i++) {
            int to = Math.min(bytes.length, from + sizes.get(i % sizes.size()));
            ByteBuf piece = Unpooled.wrappedBuffer(bytes, from, to - from);
            while (piece.isReadable()) {
                decoder.decode(piece);
                decoder.next();
            }
            claim(piece.refCnt() == 1, "references to the input: " + piece.refCnt() + " (expected: 1)");
            piece.release();
            from = to;
        }
        decoder.closed();
        return this;
    }

    static void claim(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    String text() {
        return text.toString();
    }

    /** The heads that were accepted, in order. */
    List<H> heads() {
        return heads;
    }

    boolean isBroken() {
        return broken;
    }

    /** How many bodies ended. */
    int ends() {
        return ends;
    }

    @Override
    public Reading<H> read(HeadParser lines) throws MalformedMessage {
        return reader.read(lines);
    }

    @Override
    public long bodyLength(H head) {
        return lengths.of(head);
    }

    @Override
    public void head(H head) {
        heads.add(head);
        text.append("\nHEAD ").append(describe(head)).append("\nBODY ");
    }

    private static String describe(Object head) {
        return switch (head) {
            case RequestHead request ->
                request.method() + " " + request.target() + " " + request.authority() + " " + request.protocol() + " "
                        + request.bodyLength() + " " + request.options() + lines(request.fields());
            case ResponseHead response ->
                response.status() + " " + response.bodyLength() + " " + response.options() + lines(response.fields());
            default -> throw new IllegalArgumentException("head: " + head);
        };
    }

    private static String lines(Fields fields) {
        StringBuilder lines = new StringBuilder();
        fields.forEach(
                (name, value) -> lines.append("\n  ").append(name).append(": ").append(value));
        return lines.toString();
    }

    @Override
    public void content(ByteBuf chunk) {
        text.append(chunk.toString(StandardCharsets.ISO_8859_1));
        chunk.release();
    }

    @Override
    public void end(@Nullable Fields trailers) {
        ends++;
        text.append("\nEND").append(trailers == null ? "" : lines(trailers));
    }

    @Override
    public void malformed(Failure why) {
        claim(!broken, "malformed is said once");
        broken = true;
        text.append("\nMALFORMED ").append(why);
    }
}
