package io.portcullis.admin;

import java.util.List;
import java.util.Map;

/** What the product does below one path of the admin listener when it is told to, by POST and with the token. Blocks. */
public interface Action {
    /**
     * Does it.
     *
     * @param rest what follows the path's first segment and a slash, decoded
     * @param query the query's parameters, decoded, in their order
     * @return what came of it
     */
    Page.Answer act(String rest, Map<String, List<String>> query);
}
