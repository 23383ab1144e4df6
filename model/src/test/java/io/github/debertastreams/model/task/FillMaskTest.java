package io.github.debertastreams.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.Tokenizer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FillMaskTest {

    private static final Tokenizer TOKENIZER = Tokenizer.open(Path.of("demo/intents"));
    private static final FillMask TASK = new FillMask(
            new TextEncoder(TOKENIZER, 128, LongText.TRUNCATE, 0),
            TOKENIZER.maskId().orElseThrow(),
            TaskOptions.DEFAULTS);

    @Test
    void aTextHasOneMaskAtLeastAndSixteenAtMost() {
        assertThat(masks("[MASK] ".repeat(16))).isEqualTo(16);
        assertRefused("[MASK] ".repeat(17), "the text has 17 masks, expected at most 16");
        assertRefused("none", "the text has no mask, expected at least one [MASK]");
    }

    @Test
    void masksThatAreCutOffDoNotCount() {
        assertThat(masks("[MASK] " + "word ".repeat(200) + "[MASK] ".repeat(17)))
                .isEqualTo(1);
    }

    private static int masks(String text) {
        EncodedInput input = TASK.encode(TextInput.of(text));
        return TASK.outputTokens(input.sequences().get(0)).length;
    }

    private static void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> TASK.encode(TextInput.of(text)))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INVALID_INPUT))
                .hasMessage(reason);
    }
}
