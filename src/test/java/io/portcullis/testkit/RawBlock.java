package io.portcullis.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A block of fields as a hostile client may write it: literals that go into no table, in the order and spelling of the test. */
public final class RawBlock {
    private static final int SEVEN_BITS = 127;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Name, value, name, value, Latin-1. */
    public static RawBlock of(String... fields) {
        RawBlock block = new RawBlock();
        for (int i = 0; i < fields.length; i += 2) {
            block.field(fields[i], fields[i + 1]);
        }
        return block;
    }

    /** A GET of / from this host. */
    public static RawBlock forHost(String host) {
        return of(":method", "GET", ":scheme", "https", ":path", "/", ":authority", host);
    }

    /** GET of {@code path} at example.com, and more fields. */
    public static RawBlock get(String path, String... more) {
        return request("GET", path, more);
    }

    /** A request to example.com, and more fields. */
    public static RawBlock request(String method, String path, String... more) {
        RawBlock block = of(":method", method, ":scheme", "https", ":path", path, ":authority", "example.com");
        for (int i = 0; i < more.length; i += 2) {
            block.field(more[i], more[i + 1]);
        }
        return block;
    }

    public RawBlock field(String name, String value) {
        out.write(0);
        text(name);
        text(value);
        return this;
    }

    /** A literal that both ends remember (RFC 7541 §6.2.1). */
    public RawBlock remembered(String name, String value) {
        out.write(0x40);
        text(name);
        text(value);
        return this;
    }

    /** A field of the tables (RFC 7541 §6.1); below 127. */
    public RawBlock indexed(int index) {
        out.write(0x80 | index);
        return this;
    }

    /** Bytes as they stand. */
    public RawBlock bytes(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private void text(String latin1) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < SEVEN_BITS) {
            out.write(bytes.length);
        } else {
            out.write(SEVEN_BITS);
            int rest = bytes.length - SEVEN_BITS;
            for (; rest >= 128; rest >>= 7) {
                out.write(rest & 127 | 128);
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }
}
