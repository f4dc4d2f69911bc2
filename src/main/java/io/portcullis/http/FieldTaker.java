package io.portcullis.http;

/**
 * What takes the fields of a block while it is decoded, in their order. Called within {@link HpackDecoder#decode}.
 *
 * <p>Nothing is checked yet but the coding: names may be empty or in upper case, and values may have any bytes in them (RFC 9113 §8.2.1).
 */
interface FieldTaker {
    /**
     * One field. The arrays begin with name and value; they are the decoder's, valid during the call, and not to be changed.
     *
     * @param neverIndexed whether the sender asks that no one on the way puts it into a table (RFC 7541 §6.2.3)
     * @return whether more is wanted; after {@code false} the rest of the block only keeps the table in step, and no method is called
     */
    boolean field(byte[] name, int nameLength, byte[] value, int valueLength, boolean neverIndexed);

    /**
     * A field whose name and value together are longer than the decoder's limit. It was not kept.
     *
     * @return whether more is wanted, as in {@link #field}
     */
    boolean tooLong();
}
