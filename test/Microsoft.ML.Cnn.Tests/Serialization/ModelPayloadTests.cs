using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Serialization;

namespace Microsoft.ML.Cnn.Tests.Serialization;

public sealed class ModelPayloadTests
{
    private const int Prefix = 16;

    [Fact]
    public void Every_kind_of_layer_comes_back_as_it_was()
    {
        CnnModel model = Models.Every();
        CnnModel back = Models.Read(Models.Payload(model));
        Assert.Equal(model.Network, back.Network);
        Assert.Equal(model.InputShape, back.InputShape);
        Assert.Equal(model.PixelOrder, back.PixelOrder);
        Assert.Equal(model.Normalization, back.Normalization);
        Assert.Equal(model.Output, back.Output);
        Assert.Equal(model.ClassNames, back.ClassNames);
        Assert.Equal(model.Segments, back.Segments);
        Assert.True(model.Store.Parameters.Span.SequenceEqual(back.Store.Parameters.Span));
        Assert.True(model.Store.State.Span.SequenceEqual(back.Store.State.Span));
    }

    [Fact]
    public void The_model_of_that_test_has_every_kind_of_layer()
    {
        IEnumerable<Type> kinds = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)));
        Assert.Empty(kinds.Except(Models.EveryLayer.Layers.SelectMany(WithInner).Select(layer => layer.GetType())));

        static IEnumerable<Layer> WithInner(Layer layer) => Inner(layer).SelectMany(WithInner).Prepend(layer);

        static IEnumerable<Layer> Inner(Layer layer) =>
            layer switch
            {
                Block block => block.Layers,
                Concatenation concatenation => concatenation.Branches,
                Residual residual => [residual.Body, residual.Shortcut ?? new Identity()],
                _ => [],
            };
    }

    [Fact]
    public void Equal_models_give_equal_bytes() => Assert.Equal(Models.Payload(Models.Every()), Models.Payload(Models.Every()));

    [Fact]
    public void A_stream_that_gives_its_bytes_one_by_one_and_cannot_seek_is_enough()
    {
        CnnModel model = Models.Small();
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            ModelPayload.Write(deflate, model);
        }

        packed.Position = 0;
        using DeflateStream inflate = new(packed, CompressionMode.Decompress);
        Assert.Equal(model.Network, ModelPayload.Read(inflate).Network);
    }

    [Fact]
    public void A_payload_that_is_cut_off_anywhere_is_refused()
    {
        byte[] payload = Models.Payload(Models.Small());
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.Throws<CnnModelFormatException>(() => Models.Read(payload[..length]));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_refused()
    {
        byte[] payload = Models.Payload(Models.Small());
        for (int i = 0; i < payload.Length; i++)
        {
            for (int bit = 1; bit <= 128; bit <<= 1)
            {
                byte[] flipped = [.. payload];
                flipped[i] ^= (byte)bit;
                Assert.Throws<CnnModelFormatException>(() => Models.Read(flipped));
            }
        }
    }

    [Fact]
    public void A_flipped_bit_in_the_description_of_any_layer_is_refused()
    {
        byte[] payload = Models.Payload(Models.Every());
        int end = Prefix + BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(12));
        for (int i = 0; i < end; i++)
        {
            byte[] flipped = [.. payload];
            flipped[i] ^= (byte)(1 << i % 8);
            Assert.Throws<CnnModelFormatException>(() => Models.Read(flipped));
        }
    }

    [Fact]
    public void Something_after_the_end_is_refused() =>
        Assert.Throws<CnnModelFormatException>(() => Models.Read([.. Models.Payload(Models.Small()), 0]));

    [Fact]
    public void Something_else_is_refused() =>
        AssertRefused("not a model", Encoding.ASCII.GetBytes("PK, or something else that is no model"));

    [Fact]
    public void A_newer_version_is_told_from_damage()
    {
        byte[] payload = Models.Payload(Models.Small());
        payload[8] = 2;
        CnnModelFormatException exception = AssertRefused("newer version", payload);
        Assert.Contains("Update the package", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"units\":3", "\"units\":4")]
    [InlineData("\"units\":3", "\"units\":2147483647")]
    [InlineData("\"units\":3", "\"units\":-3")]
    [InlineData("\"units\":3", "\"units\":1e99")]
    [InlineData("\"inputShape\":[1,1,2]", "\"inputShape\":[1,1,3]")]
    [InlineData("\"inputShape\":[1,1,2]", "\"inputShape\":[2147483647,2147483647,2147483647]")]
    [InlineData("\"inputShape\":[1,1,2]", "\"inputShape\":[1,2]")]
    [InlineData("\"inputShape\":[1,1,2]", "\"inputShape\":null")]
    [InlineData("\"output/", "\"other/")]
    [InlineData("\"offset\":0", "\"offset\":-16")]
    [InlineData("\"offset\":0", "\"offset\":16")]
    [InlineData("\"rateMultiplier\":1", "\"rateMultiplier\":-1")]
    [InlineData("\"classNames\":[]", "\"classNames\":[\"only one\"]")]
    [InlineData("\"classNames\":[]", "\"classNames\":[null,null,null]")]
    [InlineData("\"pixelOrder\":\"Interleaved\"", "\"pixelOrder\":7")]
    [InlineData("\"scales\":[1,1]", "\"scales\":[1]")]
    [InlineData("\"layer\":\"dense\"", "\"layer\":\"System.Diagnostics.Process\"")]
    [InlineData("\"layer\":\"dense\"", "\"kind\":\"dense\"")]
    [InlineData("\"bias\":true", "\"bias\":true,\"unknown\":1")]
    [InlineData("\"layers\":[", "\"layers\":[null,")]
    public void A_description_that_does_not_fit_is_refused_though_its_checksum_is_right(string from, string to)
    {
        CnnModel model = CnnModel.Create(Network.Sequential(new Dense(3) { Name = "output" }), Shape.Flat(2));
        byte[] payload = Models.Payload(model);
        int length = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(12));
        string header = Encoding.UTF8.GetString(payload, Prefix, length);
        Assert.Contains(from, header, StringComparison.Ordinal);
        string changed = header.Replace(from, to, StringComparison.Ordinal);
        Assert.Throws<CnnModelFormatException>(() => Models.Read(Seal(changed, payload.AsSpan(Prefix + length)[..^32])));

        // What was not changed is read, so it is the change that is refused.
        Assert.Equal(model.Network, Models.Read(Seal(header, payload.AsSpan(Prefix + length)[..^32])).Network);
    }

    [Fact]
    public void A_description_of_bottomless_depth_is_refused()
    {
        string nested = string.Concat(Enumerable.Repeat("{\"layer\":\"block\",\"layers\":[", 100_000));
        Assert.Throws<CnnModelFormatException>(() => Models.Read(Seal("{\"layers\":[" + nested, [])));
    }

    [Fact]
    public void A_network_that_claims_a_trillion_weights_takes_no_more_memory_than_there_is_data()
    {
        string header = HeaderOf(Network.Sequential(new Dense(1_000_000), new Dense(1_000_000), new Dense(3)), Shape.Flat(2));
        byte[] payload = Seal(header, new byte[100]);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused("cut off", payload);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 1 << 20);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(16 << 20)]
    public void A_description_that_claims_a_length_that_is_not_there_is_refused_before_memory_is_taken(int length)
    {
        byte[] payload = Models.Payload(Models.Small());
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(12), length);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CnnModelFormatException>(() => Models.Read(payload));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 1 << 20);
    }

    private static string HeaderOf(Network network, Shape input)
    {
        ModelDescription description = new(
            network,
            input,
            PixelOrder.Interleaved,
            PixelNormalization.None(input.Channels),
            ModelOutput.Values,
            []
        );
        return Encoding.UTF8.GetString(PayloadHeader.Write(description, ParameterTable.Of(network, input)));
    }

    /// <summary>A payload with a right checksum.</summary>
    private static byte[] Seal(string header, ReadOnlySpan<byte> floats)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] prefix = Models.Payload(Models.Small())[..Prefix];
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(12), text.Length);
        byte[] content = [.. prefix, .. text, .. floats];
        return [.. content, .. SHA256.HashData(content)];
    }

    private static CnnModelFormatException AssertRefused(string because, byte[] payload)
    {
        CnnModelFormatException exception = Assert.Throws<CnnModelFormatException>(() => Models.Read(payload));
        Assert.Contains(because, exception.Message, StringComparison.Ordinal);
        return exception;
    }
}
