package dev.flops.models.layer;

import dev.flops.tensor.network.Layer;
import dev.flops.tensor.network.NetworkBuilder;

/**
 * A normalisation of channels-last images that does not couple the examples of a batch. Batch normalisation by the
 * statistics of the batch does, and then neither a loss nor a gradient belongs to one example; it is therefore not offered.
 */
public sealed interface ChannelNorm extends Layer permits GroupNorm, FrozenBatchNorm {
    /** Which normalisation a network has. */
    enum Kind {
        /** {@link GroupNorm} in groups of eight channels, or of all where eight does not divide them. */
        GROUP,
        /** {@link FrozenBatchNorm}. */
        FROZEN_BATCH;

        private static final int GROUP_CHANNELS = 8;
        private static final float EPSILON = 1e-5f;

        /**
         * Declares a normalisation, with 1e-5 added to the variance as PyTorch does.
         *
         * @param builder receives the parameters and the site
         * @param name name of the layer and of its site
         * @param channels number of channels
         * @return the layer
         */
        public ChannelNorm create(NetworkBuilder builder, String name, int channels) {
            int groups = channels % GROUP_CHANNELS == 0 ? channels / GROUP_CHANNELS : 1;
            return switch (this) {
                case GROUP -> new GroupNorm(builder, name, channels, groups, EPSILON);
                case FROZEN_BATCH -> new FrozenBatchNorm(builder, name, channels, EPSILON);
            };
        }
    }
}
