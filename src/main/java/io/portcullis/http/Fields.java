package io.portcullis.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header or trailer fields of one message, in the order they came (RFC 9110 §5). Names compare without case.
 *
 * <p>Stands around the decoder's own object: nothing is copied. Names and values that are set here are checked, so that no
 * CR, LF or NUL can leave (CVE-2022-41915).
 */
@io.portcullis.net.OnLoop
public final class Fields {
    private final HttpHeaders headers;

    private Fields(HttpHeaders headers) {
        this.headers = headers;
    }

    /** No fields yet. */
    public static Fields create() {
        return new Fields(DefaultHttpHeadersFactory.headersFactory().newHeaders());
    }

    /** The fields that a decoder read. */
    public static Fields of(HttpHeaders decoded) {
        return new Fields(decoded);
    }

    /** The first value of {@code name}; null where there is none. */
    public @Nullable String first(CharSequence name) {
        return headers.get(name);
    }

    /** Every value of {@code name}, one for each line. */
    public List<String> all(CharSequence name) {
        return headers.getAll(name);
    }

    public boolean contains(CharSequence name) {
        return headers.contains(name);
    }

    /**
     * Replaces every {@code name} by one.
     *
     * @throws IllegalArgumentException where name or value has characters that a field cannot carry
     */
    public Fields set(CharSequence name, CharSequence value) {
        headers.set(name, value);
        return this;
    }

    /**
     * Adds one more {@code name}.
     *
     * @throws IllegalArgumentException where name or value has characters that a field cannot carry
     */
    public Fields add(CharSequence name, CharSequence value) {
        headers.add(name, value);
        return this;
    }

    public Fields remove(CharSequence name) {
        headers.remove(name);
        return this;
    }

    /** How many lines. */
    public int size() {
        return headers.size();
    }

    public boolean isEmpty() {
        return headers.isEmpty();
    }

    /** Every line, in order. */
    public Iterator<Map.Entry<CharSequence, CharSequence>> lines() {
        return headers.iteratorCharSequence();
    }
}
