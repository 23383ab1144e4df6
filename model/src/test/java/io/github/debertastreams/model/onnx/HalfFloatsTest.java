package io.github.debertastreams.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatsTest {

    @Test
    void everyFiniteHalfIsItsOwnNearest() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            float value = value(bits);
            assertThat(HalfFloats.of(value)).isEqualTo((short) bits);
            assertThat(HalfFloats.of(-value)).isEqualTo((short) (bits | 0x8000));
        }
    }

    @Test
    void whatLiesBetweenGoesToTheNearerAndTiesToTheEvenOne() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float middle = (value(bits) + value(bits + 1)) / 2; // exact in a float
            assertThat(HalfFloats.of(middle)).isEqualTo((short) (bits + (bits & 1)));
            assertThat(HalfFloats.of(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfFloats.of(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
        }
    }

    @Test
    void whatIsTooLargeIsInfinite() {
        assertThat(HalfFloats.of(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(HalfFloats.of(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfFloats.of(Float.MAX_VALUE)).isEqualTo((short) 0x7c00);
        assertThat(HalfFloats.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(HalfFloats.of(Float.NaN)).isEqualTo((short) 0x7e00);
    }

    /** The value of a finite half's bits, by the definition. */
    private static float value(int bits) {
        int exponent = bits >> 10;
        int fraction = bits & 0x3ff;
        return exponent == 0 ? fraction * 0x1p-24f : Math.scalb(1 + fraction / 1024f, exponent - 15);
    }
}
