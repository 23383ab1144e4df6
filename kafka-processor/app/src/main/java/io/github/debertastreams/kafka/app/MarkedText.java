package io.github.debertastreams.kafka.app;

import io.github.debertastreams.schemas.Entity;
import java.util.List;

/** A text with its entities marked, for people to read. */
final class MarkedText {

    private static final String COLOUR = "\u001b[1;36m";
    private static final String PLAIN = "\u001b[0m";

    private MarkedText() {}

    /** {@code call [Jane|PERSON]}, in colour on a terminal. */
    static String of(String text, List<Entity> entities, boolean terminal) {
        StringBuilder marked = new StringBuilder();
        int end = 0;
        for (Entity entity : entities) {
            int start = entity.getStart();
            while (start < entity.getEnd() && text.charAt(start) == ' ') {
                start++; // a byte-level token carries the space before it
            }
            marked.append(text, end, start)
                    .append(terminal ? COLOUR + "[" : "[")
                    .append(text, start, entity.getEnd())
                    .append('|')
                    .append(entity.getGroup())
                    .append(terminal ? "]" + PLAIN : "]");
            end = entity.getEnd();
        }
        return marked.append(text, end, text.length()).toString();
    }

    static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
