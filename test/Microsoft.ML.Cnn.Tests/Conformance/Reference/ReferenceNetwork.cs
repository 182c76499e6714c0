using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>A network of references, with buffers of its own.</summary>
internal sealed class ReferenceNetwork
{
    private readonly List<(string Path, ReferenceLayer Layer, ReferenceBuffers Buffers)> layers = [];
    private readonly List<Batch> inputs = [];
    private readonly Dictionary<string, Batch> outputGradients = [];

    /// <param name="network">Its layers are taken in the order they run, blocks opened.</param>
    /// <param name="input">The shape of an image.</param>
    /// <param name="buffer">The values of a buffer, by its path.</param>
    /// <param name="training">Otherwise batch normalization uses running statistics, and dropout does nothing.</param>
    public ReferenceNetwork(Network network, Shape input, Func<string, double[]> buffer, bool training)
    {
        Add(network.Layers, input, "");

        void Add(IEnumerable<Layer> sequence, Shape shape, string path)
        {
            LayerSequence all = new(sequence);
            for (int i = 0; i < all.Count; i++)
            {
                string name = LayerNames.Join(path, all.Names[i]);
                if (all[i] is Block block)
                {
                    Add(block.Layers, shape, name);
                }
                else
                {
                    AddLayer(new PlacedLayer(name, all[i], shape, all[i].Infer(shape, name)));
                }

                shape = all[i].Infer(shape, name);
            }
        }

        void AddLayer(PlacedLayer placed)
        {
            ReferenceBuffers buffers = new(
                placed.Parameters.ToDictionary(spec => spec.Name, spec => buffer(ParameterTable.PathOf(placed.Path, spec.Name)))
            );
            ReferenceLayer layer = placed.Layer switch
            {
                Residual residual => new SumReference(
                    Branch(residual.Body, "body"),
                    Branch(residual.Shortcut ?? new Identity(), "shortcut")
                ),
                Concatenation concatenation => new ConcatenationReference([
                    .. concatenation.Branches.Select((branch, i) => Branch(branch, concatenation.Branches.Names[i])),
                ]),
                _ => Of(placed.Layer, placed.Input, buffers, training),
            };
            layers.Add((placed.Path, layer, buffers));

            ReferenceNetwork Branch(Layer branch, string name) =>
                new(
                    Network.Sequential(branch with { Name = branch.Name ?? name }),
                    placed.Input,
                    path => buffer(LayerNames.Join(placed.Path, path)),
                    training
                );
        }
    }

    public IEnumerable<(string Path, double[] Values)> Gradients => All(buffers => buffers.Gradients, branch => branch.Gradients);

    public IEnumerable<(string Path, double[] Values)> NextStates => All(buffers => buffers.NextStates, branch => branch.NextStates);

    /// <summary>What a layer read in the latest <see cref="Forward"/>.</summary>
    public Batch Input(string path) => inputs[layers.FindIndex(layer => layer.Path == path)];

    /// <summary>The gradient of what a layer made, as the latest <see cref="Backward"/> came by.</summary>
    public Batch OutputGradient(string path) => outputGradients[path];

    public Batch Forward(Batch x)
    {
        inputs.Clear();
        foreach ((_, ReferenceLayer layer, _) in layers)
        {
            inputs.Add(x);
            x = layer.Forward(x);
        }

        return x;
    }

    /// <summary>From the gradient of what the latest <see cref="Forward"/> returned to that of its input.</summary>
    public Batch Backward(Batch dy)
    {
        for (int i = layers.Count - 1; i >= 0; i--)
        {
            outputGradients[layers[i].Path] = dy;
            dy = layers[i].Layer.Backward(inputs[i], dy);
        }

        return dy;
    }

    private IEnumerable<(string Path, double[] Values)> All(
        Func<ReferenceBuffers, Dictionary<string, double[]>> own,
        Func<ReferenceNetwork, IEnumerable<(string Path, double[] Values)>> ofBranch
    ) =>
        layers.SelectMany(layer =>
            layer.Layer is JoinReference join
                ? join.Branches.SelectMany(ofBranch).Select(found => (LayerNames.Join(layer.Path, found.Path), found.Values))
                : own(layer.Buffers).Select(found => (ParameterTable.PathOf(layer.Path, found.Key), found.Value))
        );

    /// <summary>Which reference a layer has: one line a layer.</summary>
    private static ReferenceLayer Of(Layer layer, Shape input, ReferenceBuffers buffers, bool training) =>
        layer switch
        {
            AdaptiveAveragePool2D adaptive => PoolReference.Adaptive(adaptive.Output),
            AveragePool2D pool => PoolReference.Of(pool, input),
            BatchNormalization norm when training => new BatchNormalizationReference(norm, buffers),
            BatchNormalization norm => new FrozenBatchNormalizationReference(norm, buffers),
            Conv2D convolution => new ConvolutionReference(convolution, input, buffers),
            Dense dense => new DenseReference(dense.Units, buffers),
            Dropout { Rate: 0 } => ElementReference.Identity,
            Dropout when !training => ElementReference.Identity,
            ELU elu => ElementReference.ELU(elu.Alpha),
            Flatten => new FlattenReference(),
            GELU => ElementReference.GELU,
            GlobalAveragePool2D => PoolReference.Adaptive(1),
            Identity => ElementReference.Identity,
            LeakyReLU leaky => ElementReference.LeakyReLU(leaky.Slope),
            LocalResponseNormalization response => new ResponseReference(response),
            MappedConv2D mapped => new ConvolutionReference(mapped, input, buffers),
            MaxPool2D pool => PoolReference.Of(pool, input),
            ReLU => ElementReference.ReLU,
            ScaledTanh => ElementReference.ScaledTanh,
            SiLU => ElementReference.SiLU,
            Sigmoid => ElementReference.Sigmoid,
            Subsampling2D subsampling => new SubsamplingReference(subsampling, input, buffers),
            Tanh => ElementReference.Tanh,
            _ => throw new NotSupportedException($"There is no reference for {layer}."),
        };
}
