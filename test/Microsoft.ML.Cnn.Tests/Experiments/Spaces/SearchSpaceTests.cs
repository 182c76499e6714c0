using System.Text.Json;

namespace Microsoft.ML.Cnn.Tests.Experiments.Spaces;

public sealed class SearchSpaceTests
{
    private static readonly CnnSearchSpace space = new()
    {
        { "Rate", CnnSearchOption.LogUniform(0.001, 0.1) },
        { "Blocks", CnnSearchOption.Integer(1, 4) },
        {
            "Optimizer",
            CnnSearchOption.Alternatives(
                ("Sgd", new CnnSearchSpace { { "Momentum", CnnSearchOption.Uniform(0, 0.99, 0.9) } }),
                ("Adam", [])
            )
        },
        { "Norm", CnnSearchOption.Choice(true, false) },
    };

    [Fact]
    public void Defaults_are_those_given_or_the_middle()
    {
        CnnParameters defaults = space.Defaults;
        Assert.Equal(0.01, defaults.Get<double>("Rate"), 1e-12);
        Assert.Equal(2, defaults.Get<int>("Blocks"));
        Assert.Equal("Sgd", defaults.Get<string>("Optimizer"));
        Assert.Equal(0.9f, defaults.Get<float>("Optimizer.Momentum"));
        Assert.True(defaults.Get<bool>("Norm"));
    }

    [Fact]
    public void What_an_alternative_holds_varies_only_where_it_is_chosen()
    {
        CnnParameters adam = space.Draw((path, option) => path == "Optimizer" ? "Adam" : option.Default);
        Assert.False(adam.Contains("Optimizer.Momentum"));
        space.Require(adam);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => adam.Get<double>("Optimizer.Momentum"));
        Assert.Contains("There are: Blocks, Norm, Optimizer, Rate", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.9999999)]
    public void Places_and_values_map_to_each_other(double place)
    {
        foreach ((_, CnnSearchOption option) in space.AllPaths())
        {
            object value = option.At(place);
            Assert.Equal(value, option.At(option.PlaceOf(value)));
        }
    }

    [Fact]
    public void Whole_numbers_are_equally_likely()
    {
        CnnSearchOption option = CnnSearchOption.Integer(3, 7);
        Assert.All(Enumerable.Range(0, 1000).GroupBy(i => option.At((i + 0.5) / 1000)), group => Assert.Equal(200, group.Count()));
    }

    [Fact]
    public void Parameters_keep_their_types_through_JSON()
    {
        CnnParameters parameters = new([new("a", 1.0), new("b", 1), new("c", true), new("d", "1"), new("e", 1e-30), new("f", 0.1)]);
        CnnParameters back = JsonSerializer.Deserialize<CnnParameters>(JsonSerializer.Serialize(parameters))!;
        Assert.Equal(parameters, back);
        Assert.Equal([typeof(double), typeof(int), typeof(bool), typeof(string)], back.Names.Take(4).Select(name => back[name].GetType()));
    }

    [Fact]
    public void Enumeration_values_and_floats_may_be_chosen()
    {
        CnnSearchOption option = CnnSearchOption.Choice(PixelOrder.Planar, PixelOrder.Interleaved);
        CnnParameters parameters = new CnnSearchSpace { { "Order", option }, { "Drop", CnnSearchOption.Choice(0.1f, 0.5f) } }.Defaults;
        Assert.Equal(PixelOrder.Planar, parameters.Get<PixelOrder>("Order"));
        Assert.Equal(0.1f, parameters.Get<float>("Drop"));
        Assert.Equal(0.1, parameters["Drop"]);
    }

    [Fact]
    public void Contradictions_are_refused_where_they_are_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Uniform(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Uniform(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Uniform(0, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.LogUniform(0, 1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Integer(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Integer(0, 2, isLogarithmic: true));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice());
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice(1, 1));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice(new object()));
        Assert.Throws<ArgumentException>(() => new CnnSearchSpace { { "a b", CnnSearchOption.Choice(1) } });
        Assert.Throws<ArgumentException>(() =>
            new CnnSearchSpace { { "a", CnnSearchOption.Choice(1) }, { "a", CnnSearchOption.Choice(2) } }
        );
    }

    [Fact]
    public void Parameters_of_another_space_are_refused()
    {
        CnnParameters more = new([
            .. space.Defaults.Names.Select(name => new KeyValuePair<string, object>(name, space.Defaults[name])),
            new("x", 1),
        ]);
        Assert.Contains("has no 'x'", Assert.Throws<ArgumentException>(() => space.Require(more)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => space.Require(new CnnParameters([new("Rate", 5.0)])));
        Assert.Throws<ArgumentException>(() => space.Require(new CnnParameters([])));
    }
}
