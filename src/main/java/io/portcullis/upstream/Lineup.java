package io.portcullis.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of an upstream at one moment; another one takes its place with every change.
 *
 * @param roster who of them is asked: all that are not drained
 * @param sticky null where nobody is kept at one endpoint
 */
record Lineup(List<Member> members, Roster roster, @Nullable Sticky sticky) {}
