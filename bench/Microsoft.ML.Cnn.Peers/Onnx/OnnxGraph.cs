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
    private readonly ParameterStore store;
    private string current = Input;

    private OnnxGraph(ParameterStore store) => this.store = store;

    public static byte[] Write(ComparedModel model, int batch)
    {
        OnnxGraph writer = new(model.Store);
        foreach (PeerLayer layer in model.Layers)
        {
            writer.Append(layer);
        }

        Shape input = model.Description.InputShape;
        GraphProto graph = writer.graph;
        graph.Node[^1].Output[0] = Output;
        graph.Input.Add(Tensor(Input, batch, input.Channels, input.Height, input.Width));
        graph.Output.Add(Tensor(Output, batch, model.Description.OutputLength));
        ModelProto whole = new() { IrVersion = FormatVersion, Graph = graph };
        whole.OpsetImport.Add(new OperatorSetIdProto { Version = OperatorSet });
        return whole.ToByteArray();
    }

    private void Append(PeerLayer layer)
    {
        switch (layer.Layer)
        {
            case Conv2D { Border: Border.Zero, Padding.IsSame: false, Rounding: not Rounding.Ceiling } conv:
                Append(
                    "Conv",
                    Parameters(layer, conv.Bias),
                    [
                        .. Window(conv.Kernel, conv.Stride, conv.Padding),
                        Numbers("dilations", conv.Dilation.Height, conv.Dilation.Width),
                        Number("group", conv.Groups),
                    ]
                );
                break;
            case Dense dense:
                Append("Gemm", Parameters(layer, dense.Bias), Number("transB", 1));
                break;
            case MaxPool2D { Padding.IsSame: false } pool:
                Append("MaxPool", [], [.. Window(pool.Kernel, pool.Stride, pool.Padding), CeilMode(pool.Rounding)]);
                break;
            case AveragePool2D { Padding.IsSame: false } pool:
                Append(
                    "AveragePool",
                    [],
                    [
                        .. Window(pool.Kernel, pool.Stride, pool.Padding),
                        CeilMode(pool.Rounding),
                        Number("count_include_pad", pool.CountPadding ? 1 : 0),
                    ]
                );
                break;
            case LocalResponseNormalization norm:
                // ONNX divides alpha by the size.
                Append(
                    "LRN",
                    [],
                    Number("size", norm.Size),
                    Number("alpha", norm.Alpha * norm.Size),
                    Number("beta", norm.Beta),
                    Number("bias", norm.K)
                );
                break;
            case ReLU:
                Append("Relu", []);
                break;
            case Tanh:
                Append("Tanh", []);
                break;
            case Flatten:
                Append("Flatten", []);
                break;
            case Dropout:
                // Nothing is dropped in a prediction.
                break;
            default:
                throw new NotSupportedException($"The comparison does not write {layer.Layer} as ONNX.");
        }
    }

    private void Append(string operation, IEnumerable<string> parameters, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = operation };
        node.Input.Add(current);
        node.Input.AddRange(parameters);
        current = $"value{graph.Node.Count}";
        node.Output.Add(current);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
    }

    private IEnumerable<string> Parameters(PeerLayer layer, bool bias)
    {
        yield return Initializer(layer.WeightPath, layer.InPeerOrder(store[layer.WeightPath]), layer.WeightShape);
        if (bias)
        {
            yield return Initializer(layer.BiasPath, store[layer.BiasPath].ToArray(), layer.Outputs);
        }
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
