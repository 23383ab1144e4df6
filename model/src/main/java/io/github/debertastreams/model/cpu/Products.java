package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.kernel.Linear;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers and normalisations of a forward pass, each split over a team: products by outputs, so that every weight is read by one
 * member alone, normalisations by rows. Reused, so that a pass allocates nothing; for one caller at a time.
 */
final class Products {

    /** Parts for each member, so that one that is slower can do fewer. */
    private static final int PARTS = 8;
    /** Panels of a part, if there are as many for each member: the first one of a part is not loaded ahead. */
    private static final int FEWEST_PANELS = 6;
    /** Rows that one member normalises sooner than it would wake another. */
    private static final int FEW_ROWS = 32;

    private final Kernels kernels;
    private final Team team;
    private final LinearWork linears;
    private final NormWork norms = new NormWork();

    Products(Kernels kernels, Team team) {
        this.kernels = kernels;
        this.team = team;
        this.linears = new LinearWork(team.size());
    }

    /** {@code y = linear(x)} for as many rows, each from its offset. */
    void run(Linear linear, float[] x, int xOffset, int rows, float[] y, int yOffset) {
        linears.add(linear, x, xOffset, rows, y, yOffset);
        linears.run(null);
    }

    /** {@code y = activation(linear(x))}. */
    void run(Linear linear, Activation activation, float[] x, int xOffset, int rows, float[] y, int yOffset) {
        linears.add(linear, x, xOffset, rows, y, yOffset);
        linears.run(activation);
    }

    /** Adds a product to those that {@link #runAdded} runs at once, up to three. */
    void add(Linear linear, float[] x, int rows, float[] y) {
        linears.add(linear, x, 0, rows, y, 0);
    }

    /** Runs the products that were added. */
    void runAdded() {
        linears.run(null);
    }

    /** {@code y = norm(y + residual)}, each from its offset. */
    void run(LayerNorm norm, float[] y, int yOffset, float[] residual, int residualOffset, int rows) {
        norms.norm = norm;
        norms.y = y;
        norms.yOffset = yOffset;
        norms.residual = residual;
        norms.residualOffset = residualOffset;
        norms.rows = rows;
        norms.parts = rows <= FEW_ROWS ? 1 : team.size();
        team.run(norms.parts, norms);
    }

    private final class LinearWork implements Team.Work {

        private static final int MOST = 3;

        private final @Nullable Linear[] linears = new Linear[MOST];
        private final float[][] inputs = new float[MOST][];
        private final int[] inputOffsets = new int[MOST];
        private final int[] rows = new int[MOST];
        private final float[][] outputs = new float[MOST][];
        private final int[] outputOffsets = new int[MOST];
        /** The product of which each member computed a part last, in this run; -1 if none. */
        private final int[] last;

        private int count;
        private int pieces;
        private int firstRow;
        private int block;
        private @Nullable Activation activation;

        LinearWork(int members) {
            last = new int[members];
        }

        void add(Linear linear, float[] x, int xOffset, int rowCount, float[] y, int yOffset) {
            linears[count] = linear;
            inputs[count] = x;
            inputOffsets[count] = xOffset;
            rows[count] = rowCount;
            outputs[count] = y;
            outputOffsets[count++] = yOffset;
        }

        void run(@Nullable Activation then) {
            activation = then;
            int most = 0;
            int panels = 0;
            for (int number = 0; number < count; number++) {
                Linear linear = linears[number];
                most = Math.max(most, rows[number]);
                panels = linear == null ? panels : Math.max(panels, linear.panels());
            }
            pieces = pieces(panels);
            block = Workspace.evenBlock(most, Linear.ROWS_AT_ONCE);
            try {
                for (firstRow = 0; firstRow < most; firstRow += block) {
                    Arrays.fill(last, -1);
                    team.run(count * pieces, this);
                }
            } finally {
                count = 0;
            }
        }

        private int pieces(int panels) {
            int members = team.size();
            return members == 1 ? 1 : Math.max(members, Math.min(PARTS * members, panels / FEWEST_PANELS));
        }

        @Override
        public void run(int part, int member) {
            int number = part / pieces;
            int piece = part % pieces;
            Linear linear = linears[number];
            if (linear == null) {
                return;
            }
            int first = linear.panels() * piece / pieces;
            int end = linear.panels() * (piece + 1) / pieces;
            if (first == end) {
                return;
            }
            int rowCount = Math.min(block, rows[number] - firstRow);
            if (rowCount <= 0) {
                return;
            }
            int xOffset = inputOffsets[number] + firstRow * linear.inputs();
            float[] y = outputs[number];
            int yOffset = outputOffsets[number] + firstRow * linear.outputs();
            boolean again = last[member] >= 0 && sameRows(last[member], number, linear);
            last[member] = number;
            linear.forward(inputs[number], xOffset, rowCount, y, yOffset, first, end, again);
            if (activation != null) {
                activate(activation, linear, first, end, y, yOffset, rowCount);
            }
        }

        private boolean sameRows(int before, int number, Linear linear) {
            Linear other = linears[before];
            return other != null
                    && linear.readsRowsAs(other)
                    && inputs[before] == inputs[number]
                    && inputOffsets[before] == inputOffsets[number]
                    && rows[before] == rows[number];
        }

        private void activate(
                Activation then, Linear linear, int first, int end, float[] y, int yOffset, int rowCount) {
            int width = linear.outputs();
            int from = linear.firstOutput(first);
            int length = linear.firstOutput(end) - from;
            if (length == width) {
                then.apply(kernels, y, yOffset, rowCount * width);
                return;
            }
            for (int row = 0; row < rowCount; row++) {
                then.apply(kernels, y, yOffset + row * width + from, length);
            }
        }
    }

    private static final class NormWork implements Team.Work {

        private @Nullable LayerNorm norm;
        private float[] y = new float[0];
        private int yOffset;
        private float[] residual = new float[0];
        private int residualOffset;
        private int rows;
        private int parts;

        @Override
        public void run(int part, int member) {
            LayerNorm layerNorm = norm;
            if (layerNorm != null) {
                int first = rows * part / parts;
                int end = rows * (part + 1) / parts;
                int skipped = first * layerNorm.gain().length;
                layerNorm.forward(y, yOffset + skipped, residual, residualOffset + skipped, end - first);
            }
        }
    }
}
