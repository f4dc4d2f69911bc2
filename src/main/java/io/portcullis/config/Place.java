package io.portcullis.config;

/**
 * Where a node stands.
 *
 * @param path its path as the operator sees it; empty at the root
 * @param schema its path in reference.conf, for example {@code defaults.upstream}
 */
record Place(String path, String schema, SourceLine where) {
    Place below(String key, SourceLine line) {
        return new Place(join(path, key), join(schema, key), line);
    }

    String schemaOf(String key) {
        return join(schema, key);
    }

    private static String join(String head, String tail) {
        return head.isEmpty() ? tail : head + "." + tail;
    }
}
