package io.portcullis.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The customary words for a status (RFC 9110 §15). */
public final class ReasonPhrase {
    private ReasonPhrase() {}

    /** Empty for a status that has none. */
    public static String of(int status) {
        String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
        return phrase.startsWith("Unknown Status") || phrase.indexOf('(') >= 0 ? "" : phrase;
    }
}
