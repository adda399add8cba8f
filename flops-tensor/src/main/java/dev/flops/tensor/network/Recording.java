package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a clean forward of some examples left behind: the output of every operation, and the input and output of every
 * site. A replay reads from it all that does not depend on a perturbation.
 */
public final class Recording {
    private final List<Activation> outputs = new ArrayList<>();
    /** By index of the site; null where none was announced. */
    private final List<@Nullable Announced> sites = new ArrayList<>();

    /** What a site was announced with. */
    private record Announced(Tensor input, Tensor output, long flops) {}

    /** An empty recording. */
    public Recording() {}

    /**
     * The clean input of a site's layer.
     *
     * @param site the site
     * @return (examples, ...)
     */
    public Tensor siteInput(Site site) {
        return announced(site).input();
    }

    /**
     * The clean output at a site.
     *
     * @param site the site
     * @return (examples, ...)
     */
    public Tensor siteOutput(Site site) {
        return announced(site).output();
    }

    /**
     * Floating-point operations of the forward up to a site, whose output they include.
     *
     * @param site the site
     * @return operations for all examples of the recording
     */
    public long flopsAt(Site site) {
        return announced(site).flops();
    }

    void clear() {
        outputs.clear();
        sites.clear();
    }

    void add(Tensor output) {
        outputs.add(new Activation(output, false));
    }

    void addSite(Site site, Tensor input, Tensor output, long flops) {
        while (sites.size() <= site.index()) {
            sites.add(null);
        }
        if (sites.set(site.index(), new Announced(input, output, flops)) != null) {
            throw new IllegalStateException(
                    "site " + site.name() + " of index " + site.index() + " was announced after another of that index");
        }
    }

    private Announced announced(Site site) {
        return Objects.requireNonNull(site.index() < sites.size() ? sites.get(site.index()) : null, site.name());
    }

    Activation output(int operation) {
        return outputs.get(operation);
    }
}
