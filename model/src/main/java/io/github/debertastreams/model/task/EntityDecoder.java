package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Entities.Entity;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Labels of tokens to entities, for the windows of one text. Source: HF {@code TokenClassificationPipeline.postprocess}. Scores are
 * single precision as there, where it decides which of two labels is ahead.
 *
 * @param spelling the text that tokens spell; HF {@code convert_tokens_to_string}
 */
record EntityDecoder(
        List<String> labels,
        Aggregation aggregation,
        List<String> ignoreLabels,
        TokenNames names,
        Function<List<String>, String> spelling) {

    /** The vocabulary's entry of an id, and which id stands for text that the vocabulary cannot spell. */
    interface TokenNames {
        String token(int id);

        boolean isUnknown(int id);
    }

    /** A token with its probabilities by label; {@code partOfWord}: it goes on with the word of the token before it. */
    private record Token(String word, float[] scores, int index, int start, int end, boolean partOfWord) {}

    /** A token, or a word, with its label. */
    private record Labelled(String label, float score, String word, int index, int start, int end) {

        boolean begins() {
            return label.startsWith("B-");
        }

        /** The label without B- or I-. */
        String tag() {
            return label.startsWith("B-") || label.startsWith("I-") ? label.substring(2) : label;
        }
    }

    Entities decode(String text, List<Encoding> windows, List<SequenceLogits> logits) {
        List<Entity> entities = new ArrayList<>();
        for (int window = 0; window < windows.size(); window++) {
            for (Entity entity : entities(tokens(text, windows.get(window), logits.get(window)))) {
                if (!ignoreLabels.contains(entity.group())) {
                    entities.add(entity);
                }
            }
        }
        return new Entities(windows.size() > 1 ? withoutOverlaps(entities) : entities);
    }

    private List<Token> tokens(String text, Encoding window, SequenceLogits logits) {
        List<Token> tokens = new ArrayList<>(window.length());
        int[] ids = window.inputIds();
        int[] offsets = window.charOffsets();
        int[] special = window.specialTokensMask();
        for (int index = 0; index < ids.length; index++) {
            if (special[index] == 0) {
                int start = offsets[2 * index];
                int end = offsets[2 * index + 1];
                boolean unknown = names.isUnknown(ids[index]);
                tokens.add(new Token(
                        unknown ? text.substring(start, end) : names.token(ids[index]),
                        softmax(logits, index),
                        index,
                        start,
                        end,
                        !unknown && start > 0 && !hasSpace(text, start - 1, start + 1)));
            }
        }
        return tokens;
    }

    private static boolean hasSpace(String text, int start, int end) {
        int space = text.indexOf(' ', start);
        return space >= 0 && space < end;
    }

    private List<Entity> entities(List<Token> tokens) {
        List<Labelled> labelled = aggregation == Aggregation.NONE || aggregation == Aggregation.SIMPLE
                ? tokens.stream().map(token -> label(token, token.scores())).toList()
                : words(tokens);
        if (aggregation == Aggregation.NONE) {
            return labelled.stream()
                    .map(token -> new Entity(
                            token.label(), token.score(), token.word(), token.start(), token.end(), token.index()))
                    .toList();
        }
        return groups(labelled);
    }

    private Labelled label(Token token, float[] scores) {
        int best = best(scores);
        return new Labelled(labels.get(best), scores[best], token.word(), token.index(), token.start(), token.end());
    }

    private List<Labelled> words(List<Token> tokens) {
        List<Labelled> words = new ArrayList<>();
        List<Token> open = new ArrayList<>();
        for (Token token : tokens) {
            if (!open.isEmpty() && !token.partOfWord()) {
                words.add(word(open));
                open.clear();
            }
            open.add(token);
        }
        if (!open.isEmpty()) {
            words.add(word(open));
        }
        return words;
    }

    /** Source: HF {@code aggregate_word}. */
    private Labelled word(List<Token> tokens) {
        float[] scores = switch (aggregation) {
            case FIRST -> tokens.get(0).scores();
            case AVERAGE -> mean(tokens);
            case MAX -> surest(tokens);
            default -> throw new AssertionError(aggregation + " knows no words");
        };
        int best = best(scores);
        return new Labelled(
                labels.get(best),
                scores[best],
                spelling.apply(tokens.stream().map(Token::word).toList()),
                tokens.get(0).index(),
                tokens.get(0).start(),
                tokens.get(tokens.size() - 1).end());
    }

    private float[] mean(List<Token> tokens) {
        float[] mean = new float[labels.size()];
        for (Token token : tokens) {
            for (int label = 0; label < mean.length; label++) {
                mean[label] += token.scores()[label];
            }
        }
        for (int label = 0; label < mean.length; label++) {
            mean[label] /= tokens.size();
        }
        return mean;
    }

    /** The scores of the token with the highest one; of equal ones the first. */
    private static float[] surest(List<Token> tokens) {
        float[] surest = tokens.get(0).scores();
        for (Token token : tokens) {
            if (token.scores()[best(token.scores())] > surest[best(surest)]) {
                surest = token.scores();
            }
        }
        return surest;
    }

    /** Source: HF {@code group_entities}. */
    private List<Entity> groups(List<Labelled> words) {
        List<Entity> groups = new ArrayList<>();
        List<Labelled> open = new ArrayList<>();
        for (Labelled word : words) {
            if (!open.isEmpty()
                    && (word.begins()
                            || !word.tag().equals(open.get(open.size() - 1).tag()))) {
                groups.add(group(open));
                open.clear();
            }
            open.add(word);
        }
        if (!open.isEmpty()) {
            groups.add(group(open));
        }
        return groups;
    }

    /** Source: HF {@code group_sub_entities}: the group is what follows the label's first hyphen, whatever stands before it. */
    private Entity group(List<Labelled> words) {
        String label = words.get(0).label();
        float sum = 0;
        for (Labelled word : words) {
            sum += word.score();
        }
        return new Entity(
                label.substring(label.indexOf('-') + 1),
                sum / words.size(),
                spelling.apply(words.stream().map(Labelled::word).toList()),
                words.get(0).start(),
                words.get(words.size() - 1).end());
    }

    /** Of entities that overlap, the longest; of equally long ones the surest. Source: HF {@code aggregate_overlapping_entities}. */
    private static List<Entity> withoutOverlaps(List<Entity> entities) {
        List<Entity> sorted = new ArrayList<>(entities);
        sorted.sort(Comparator.comparingInt(Entity::start));
        List<Entity> kept = new ArrayList<>();
        for (Entity entity : sorted) {
            Entity previous = kept.isEmpty() ? null : kept.get(kept.size() - 1);
            if (previous == null || entity.start() >= previous.end()) {
                kept.add(entity);
            } else if (length(entity) > length(previous)
                    || (length(entity) == length(previous) && entity.score() > previous.score())) {
                kept.set(kept.size() - 1, entity);
            }
        }
        return kept;
    }

    private static int length(Entity entity) {
        return entity.end() - entity.start();
    }

    private static float[] softmax(SequenceLogits logits, int row) {
        float max = Float.NEGATIVE_INFINITY;
        for (int label = 0; label < logits.columns(); label++) {
            max = Math.max(max, logits.get(row, label));
        }
        float[] scores = new float[logits.columns()];
        float sum = 0;
        for (int label = 0; label < scores.length; label++) {
            scores[label] = (float) Math.exp(logits.get(row, label) - max);
            sum += scores[label];
        }
        for (int label = 0; label < scores.length; label++) {
            scores[label] /= sum;
        }
        return scores;
    }

    private static int best(float[] scores) {
        int best = 0;
        for (int label = 1; label < scores.length; label++) {
            if (scores[label] > scores[best]) {
                best = label;
            }
        }
        return best;
    }
}
