using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Peers.Networks;
using AttributeType = Microsoft.ML.Cnn.Peers.Onnx.AttributeProto.Types.AttributeType;
using DataType = Microsoft.ML.Cnn.Peers.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.Cnn.Peers.Onnx;

/// <summary>Writes a network with its weights as an ONNX model for one batch size.</summary>
internal sealed class OnnxGraph
{
    public const string Input = "images";
    public const string Output = "scores";

    // Operator set 13 has each operator used here, in its present meaning; version 8 of the format can hold it.
    private const int OperatorSet = 13;
    private const int FormatVersion = 8;

    private readonly GraphProto graph = new() { Name = "network" };
    private readonly Dictionary<string, PeerLayer> layers;
    private readonly ParameterStore store;

    private OnnxGraph(ComparedModel model)
    {
        layers = model.Layers.ToDictionary(layer => layer.Placed.Path);
        store = model.Store;
    }

    public static byte[] Write(ComparedModel model, int batch)
    {
        OnnxGraph writer = new(model);
        writer.Append(model.Description.Network.Layers, path: "", Input);
        Shape input = model.Description.InputShape;
        GraphProto graph = writer.graph;
        graph.Node[^1].Output[0] = Output;
        graph.Input.Add(Tensor(Input, batch, input.Channels, input.Height, input.Width));
        graph.Output.Add(Tensor(Output, batch, model.Description.OutputLength));
        ModelProto whole = new() { IrVersion = FormatVersion, Graph = graph };
        whole.OpsetImport.Add(new OperatorSetIdProto { Version = OperatorSet });
        return whole.ToByteArray();
    }

    private string Append(LayerSequence sequence, string path, string input) =>
        sequence.Zip(sequence.Names).Aggregate(input, (value, layer) => Append(layer.First, LayerNames.Join(path, layer.Second), value));

    /// <summary>Appends what a layer does to a value, and returns the name of what it makes.</summary>
    private string Append(Layer layer, string path, string input) =>
        layer switch
        {
            Block block => Append(block.Layers, path, input),
            Residual residual => Append(
                "Add",
                [
                    Append(residual.Body, residual.BodyPath(path), input),
                    Append(residual.Shortcut ?? new Identity(), residual.ShortcutPath(path), input),
                ]
            ),
            Concatenation joined => Append(
                "Concat",
                [.. joined.Branches.Select((branch, i) => Append(branch, joined.BranchPath(path, i), input))],
                Number("axis", 1)
            ),
            Conv2D { Border: Border.Zero, Padding.IsSame: false, Rounding: not Rounding.Ceiling } conv => Append(
                "Conv",
                [input, .. Parameters(layers[path], conv.Bias)],
                [
                    .. Window(conv.Kernel, conv.Stride, conv.Padding),
                    Numbers("dilations", conv.Dilation.Height, conv.Dilation.Width),
                    Number("group", conv.Groups),
                ]
            ),
            Dense dense => Append("Gemm", [input, .. Parameters(layers[path], dense.Bias)], Number("transB", 1)),
            BatchNormalization norm => Append(
                "BatchNormalization",
                [
                    input,
                    Vector(path, ParameterSpec.Weight),
                    Vector(path, ParameterSpec.Bias),
                    Vector(path, BatchNormalization.RunningMean),
                    Vector(path, BatchNormalization.RunningVariance),
                ],
                Number("epsilon", norm.Epsilon)
            ),
            MaxPool2D { Padding.IsSame: false } pool => Append(
                "MaxPool",
                [input],
                [.. Window(pool.Kernel, pool.Stride, pool.Padding), CeilMode(pool.Rounding)]
            ),
            AveragePool2D { Padding.IsSame: false } pool => Append(
                "AveragePool",
                [input],
                [
                    .. Window(pool.Kernel, pool.Stride, pool.Padding),
                    CeilMode(pool.Rounding),
                    Number("count_include_pad", pool.CountPadding ? 1 : 0),
                ]
            ),
            // ONNX divides alpha by the size.
            LocalResponseNormalization norm => Append(
                "LRN",
                [input],
                Number("size", norm.Size),
                Number("alpha", norm.Alpha * norm.Size),
                Number("beta", norm.Beta),
                Number("bias", norm.K)
            ),
            ReLU => Append("Relu", [input]),
            Tanh => Append("Tanh", [input]),
            Flatten => Append("Flatten", [input]),

            // Nothing is dropped in a prediction.
            Dropout or Identity => input,
            _ => throw new NotSupportedException($"The comparison does not write {layer} as ONNX."),
        };

    private string Append(string operation, string[] inputs, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.Add($"value{graph.Node.Count}");
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return node.Output[0];
    }

    private IEnumerable<string> Parameters(PeerLayer layer, bool bias)
    {
        yield return Initializer(layer.WeightPath, layer.InPeerOrder(store[layer.WeightPath]), layer.WeightShape);
        if (bias)
        {
            yield return Vector(layer.Placed.Path, ParameterSpec.Bias);
        }
    }

    private string Vector(string path, string name)
    {
        string segment = ParameterTable.PathOf(path, name);
        float[] values = store[segment].ToArray();
        return Initializer(segment, values, values.Length);
    }

    private string Initializer(string name, float[] values, params long[] shape)
    {
        TensorProto tensor = new()
        {
            Name = name,
            DataType = DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
        };
        tensor.Dims.AddRange(shape);
        graph.Initializer.Add(tensor);
        return name;
    }

    private static IEnumerable<AttributeProto> Window(Size2D kernel, Size2D stride, Padding padding) =>
        [
            Numbers("kernel_shape", kernel.Height, kernel.Width),
            Numbers("strides", stride.Height, stride.Width),
            Numbers("pads", padding.Top, padding.Left, padding.Bottom, padding.Right),
        ];

    private static AttributeProto CeilMode(Rounding rounding) => Number("ceil_mode", rounding == Rounding.Ceiling ? 1 : 0);

    private static AttributeProto Number(string name, long value) =>
        new()
        {
            Name = name,
            Type = AttributeType.Int,
            I = value,
        };

    private static AttributeProto Number(string name, float value) =>
        new()
        {
            Name = name,
            Type = AttributeType.Float,
            F = value,
        };

    private static AttributeProto Numbers(string name, params long[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfoProto Tensor(string name, params long[] sides)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(sides.Select(side => new TensorShapeProto.Types.Dimension { DimValue = side }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float, Shape = shape },
            },
        };
    }
}
