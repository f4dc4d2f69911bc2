package io.portcullis.config;

/** How one value is read from what the operator wrote. */
@FunctionalInterface
interface ValueReader<T> {
    T read(Setting setting) throws Refusal;
}
